import type { AgentToRelay, ReplySubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import { connectAgent } from './support/connected-agent.ts';
import { sessionOf } from './support/fake-host.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

const replies = (frames: readonly AgentToRelay[]) =>
  frames.filter((frame): frame is ReplySubmission => frame.type === 'reply');

describe('an agent whose relay takes little', () => {
  it('cuts what is longer than the relay takes', async () => {
    const limits = { frameBytes: 1_048_576, contentLength: 10 };
    const { deliver, host, untilEnded } = await connectAgent({ welcome: { limits } });
    deliver({});
    const { listener, end } = await host.run();
    listener.onPartial('One two three');
    listener.onAnswer({ kind: 'final', content: 'One two three' });
    end();
    const sent = replies(await untilEnded('ev1')).filter(({ kind }) => kind !== 'delta');
    expect(sent.map(({ kind, content }) => [kind, content])).toEqual([
      ['block', 'One two '],
      ['final', 'three'],
    ]);
  });

  it('cuts messages outside of turns as well, once however often they are handed over', async () => {
    const limits = { frameBytes: 1_048_576, contentLength: 10 };
    const { agent, connection } = await connectAgent({ welcome: { limits } });
    const actions = [{ id: 'a1', label: 'Four' }];
    const message = { conversation: 'alice', content: 'One two three', id: 'm1', actions };
    expect(await agent.message(message)).toBe('m1');
    expect(await agent.message(message)).toBe('m1');
    await agent.message({ conversation: 'alice', content: 'The end' });
    const sent = [await connection.next(), await connection.next(), await connection.next()];
    expect(sent).toMatchObject([
      { id: 'm1', kind: 'message', content: 'One two ' },
      { kind: 'message', content: 'three', actions },
      { kind: 'message', content: 'The end' },
    ]);
    expect(sent[0]).not.toHaveProperty('actions');
  });

  it('keeps every frame within the bytes that the relay takes', async () => {
    const limits = { frameBytes: 4096, contentLength: 262_144 };
    const { deliver, host, untilEnded, connection } = await connectAgent({ welcome: { limits } });
    deliver({});
    const { listener, end } = await host.run();
    const text = '你好\n'.repeat(3000);
    listener.onPartial(text);
    listener.onAnswer({ kind: 'final', content: text });
    end();
    const sent = replies(await untilEnded('ev1'));
    for (const kind of ['delta', 'block'] as const) {
      const pieces = sent.filter(
        (reply) => reply.kind === kind || (kind === 'block' && reply.kind === 'final'),
      );
      expect(pieces.map(({ content }) => content).join('')).toBe(text);
    }
    expect(Math.max(...connection.arrivals.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(
      4096,
    );
  });
});

describe('a frame that is larger than the relay reads', () => {
  it('is refused without writing it, which could end each connection anew, and holds nothing back', async () => {
    const welcome = (frameBytes: number) => ({ limits: { frameBytes, contentLength: 262_144 } });
    const connected = await connectAgent({ welcome: welcome(8192), acknowledges: false });
    const { agent, connection, relay } = connected;
    const said = expect(
      agent.message({ conversation: 'alice', content: 'x'.repeat(6000), id: 'm1' }),
    ).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('4096 bytes') });
    await connection.next();
    const again = relay.connection();
    connection.cut();
    const next = await again;
    await next.greet(welcome(4096));
    await said;
    await agent.message({ conversation: 'alice', content: 'Hello' });
    expect(await next.next()).toMatchObject({ content: 'Hello' });
    expect(connected.logged).toContainEqual(expect.stringMatching(/^m1 is not sent: .* 4096 bytes$/));
  });
});

describe('buttons', () => {
  it('leave room for what is said above them', async () => {
    const limits = { frameBytes: 16_384, contentLength: 262_144 };
    const { agent, deliver, host, untilEnded, connection } = await connectAgent({ welcome: { limits } });
    const actions = Array.from({ length: 16 }, (_, index) => ({ id: `a${index}`, label: '你'.repeat(128) }));
    deliver({});
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'final', content: 'x'.repeat(15_000), actions });
    end();
    await untilEnded('ev1');
    await agent.message({ conversation: 'alice', content: 'x'.repeat(15_000), id: 'm1', actions });
    expect(Math.max(...connection.arrivals.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(
      limits.frameBytes,
    );
  });
});

describe('an agent whose relay names no usable place for files', () => {
  it('answers all the same', async () => {
    const files = { url: 'http://[', maxBytes: 1000 };
    const { deliver, host, untilEnded } = await connectAgent({ welcome: { files } });
    const file = { id: 'f1', name: 'cat.png', mime: 'image/png', size: 3, url: '/files/f1' };
    deliver({ attachments: [file] });
    const { listener, attached, end } = await host.run();
    expect(attached).toEqual({ files: [], notes: [expect.stringContaining('cat.png')] });
    await expect(
      listener.storeFile({ name: 'a', mime: 'a/b', bytes: Buffer.from('abc') }),
    ).rejects.toMatchObject({ code: 'bad_file' });
    end();
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

describe('an agent that holds as many replies as it may', () => {
  const fill = async (agent: Agent, frames = 1000): Promise<void> => {
    for (let index = 0; index < frames; index += 1)
      await agent.message({ conversation: 'bob', content: 'Hello' });
  };

  it('says that a turn failed whose answer it could not keep', async () => {
    const { deliver, host, agent, connection } = await connectAgent({ acknowledges: false });
    deliver({});
    const { listener, end } = await host.run();
    await fill(agent);
    expect(() => listener.onAnswer({ kind: 'final', content: 'Hello, Alice' })).toThrow(
      /at most 1000 frames/,
    );
    end();
    expect(await connection.next((frame) => frame.type === 'turn' && frame.status === 'ended')).toMatchObject(
      { outcome: 'failed', error: { code: 'agent_failed' } },
    );
  });

  it('keeps all pieces of what it says, or none', async () => {
    const limits = { frameBytes: 1_048_576, contentLength: 10 };
    const { deliver, host, agent, connection } = await connectAgent({
      acknowledges: false,
      welcome: { limits },
    });
    deliver({});
    const { listener, end } = await host.run();
    await fill(agent, 999);
    const full = expect.objectContaining({ code: 'outbox_full' });
    await expect(agent.message({ conversation: 'alice', content: 'One two three' })).rejects.toEqual(full);
    expect(() => listener.onAnswer({ kind: 'final', content: 'One two three' })).toThrow(full);
    expect(listener.onAnswer({ kind: 'final', content: 'One' })).toHaveLength(1);
    end();
    const isDurable = (frame: AgentToRelay): boolean =>
      'conversation' in frame && frame.conversation === 'alice' && frame.type !== 'turn';
    expect(await connection.next(isDurable)).toMatchObject({ kind: 'final', content: 'One' });
  });

  it('gives the answer of an earlier process once there is room', async () => {
    const file = newRecordsFile();
    const first = await connectAgent({ records: openRecords(file), acknowledges: false });
    first.deliver({});
    const { listener } = await first.host.run();
    listener.onPartial('Hello');
    listener.onAdopted();
    const { id: draft } = await first.connection.next<ReplySubmission>(({ type }) => type === 'reply');
    await first.connection.next(({ type }) => type === 'received');
    first.host.tell({ session: sessionOf('alice'), run: 'run1', phase: 'ended', text: 'Hello, Alice' });
    await fill(first.agent);
    first.crash();
    const { relay, host } = first;
    const welcome = { limits: { frameBytes: 1_048_576, contentLength: 10 } };
    const { connection } = await connectAgent({ records: openRecords(file), relay, host, welcome });
    const isOurs = (frame: AgentToRelay): boolean =>
      'conversation' in frame && frame.conversation === 'alice';
    expect(await connection.next(isOurs)).toMatchObject({ type: 'turn', status: 'accepted' });
    const ours: AgentToRelay[] = [];
    do {
      const frame = await connection.next(({ type }) => type === 'reply' || type === 'turn');
      connection.acknowledge(frame);
      if (isOurs(frame)) ours.push(frame);
    } while (ours.at(-1)?.type !== 'turn');
    expect(ours).toMatchObject([
      { kind: 'block', id: draft, content: 'Hello, ' },
      { kind: 'final', content: 'Alice' },
      { status: 'ended', outcome: 'completed' },
    ]);
  });
});
