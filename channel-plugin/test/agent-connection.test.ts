import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ReplySubmission, subprotocol } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectAgent, framesUntilEnded } from './support/connected-agent.ts';
import { createFakeHost } from './support/fake-host.ts';

describe('an agent whose commands cannot be read', () => {
  it('connects all the same, and answers', async () => {
    const fail = (): never => {
      throw new Error('no config');
    };
    const host = { ...createFakeHost(), commands: fail, isCommand: fail };
    const { connection, deliver, untilEnded, logged } = await connectAgent({ host });
    expect(JSON.parse(connection.arrivals[0]?.text ?? '')).toMatchObject({ type: 'hello', commands: [] });
    expect(logged).toContainEqual(expect.stringContaining('no config'));
    deliver({});
    (await host.run()).end();
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

describe('an agent whose connection is cut', () => {
  it('comes back by itself and sends again what was not acknowledged, with the same ids', async () => {
    const { deliver, host, connection, relay } = await connectAgent({ acknowledges: false });
    deliver({});
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'block', content: 'One' });
    listener.onAnswer({ kind: 'final', content: 'Two' });
    end();
    connection.acknowledge(await connection.next(({ type }) => type === 'reply'));
    const final = await connection.next(({ type }) => type === 'reply');
    expect(final).toMatchObject({ kind: 'final', content: 'Two' });

    const next = relay.connection();
    connection.cut();
    const again = await next;
    await again.greet();
    expect(await again.next()).toEqual(final);
    again.acknowledge(final);
    const ended = await again.next();
    expect(ended).toMatchObject({ type: 'turn', status: 'ended' });

    const third = relay.connection();
    again.cut();
    const last = await third;
    await last.greet();
    expect(await last.next()).toEqual(ended);
    last.send({ type: 'ping', id: 'p2' });
    expect((await last.next()).type).toBe('pong');
  });

  it('sends nothing again that was acknowledged', async () => {
    const { deliver, host, connection, relay, untilEnded } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    await untilEnded('ev1');
    connection.send({ type: 'ping', id: 'p1' });
    await connection.next(({ type }) => type === 'pong');
    const next = relay.connection();
    connection.cut();
    const again = await next;
    await again.greet();
    again.send({ type: 'ping', id: 'p2' });
    expect(await again.next()).toEqual({ type: 'pong', id: 'p2' });
  });

  it('tells its running turns again and starts the text anew', async () => {
    const { agent, deliver, host, connection, relay } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onStarted();
    listener.onPartial('Hello');
    const delta = await connection.next(({ type }) => type === 'reply');
    const next = relay.connection();
    connection.cut();
    await expect.poll(() => agent.connected).toBe(false);
    listener.onPartial('Hello, Al');
    const again = await next;
    await again.greet();
    expect(await again.next()).toMatchObject({ type: 'turn', status: 'started', events: ['ev1'] });
    listener.onPartial('Hello, Alice');
    expect(await again.next()).toMatchObject({
      id: (delta as { id: string }).id,
      kind: 'delta',
      index: 1,
      replace: true,
      content: 'Hello, Alice',
    });
    listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
    end();
    const frames = await framesUntilEnded(again, 'ev1');
    expect(frames.filter(({ type }) => type !== 'received').map(({ type }) => type)).toEqual([
      'reply',
      'turn',
    ]);
  });

  it('delivers what it said meanwhile', async () => {
    const { agent, deliver, host, connection, relay } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    const next = relay.connection();
    connection.cut();
    await expect.poll(() => agent.connected).toBe(false);
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    const again = await next;
    await again.greet();
    const frames = await framesUntilEnded(again, 'ev1');
    expect(frames.filter(({ type }) => type === 'reply')).toMatchObject([
      { kind: 'final', content: 'Hello' },
    ]);
  });
});

describe('an agent that the relay turns away', () => {
  it.each([4401, 4403, 4409, 4499])('stays away after %i, until it is started anew', async (code) => {
    const { connection, relay, states, restart } = await connectAgent();
    connection.close(code, 'no');
    await expect.poll(() => states.at(-1)).toEqual({ status: 'closed', loss: { code, reason: 'no' } });
    restart();
    const again = await relay.connection();
    expect((await again.greet()).type).toBe('hello');
  });

  it.each([1000, 1012, 4503])('comes back after %i', async (code) => {
    const { connection, relay } = await connectAgent();
    const next = relay.connection();
    connection.close(code, 'later');
    expect((await (await next).greet()).type).toBe('hello');
  });
});

describe('an agent that is stopped', () => {
  it('waits for the relay to have what was said', async () => {
    const { connection, deliver, host, untilEnded, stop } = await connectAgent({ acknowledges: false });
    deliver({});
    (await host.run()).end();
    const ended = (await untilEnded('ev1')).at(-1)!;
    let isOpen = true;
    void connection.closed.then(() => {
      isOpen = false;
    });
    const stopped = stop();
    connection.send({ type: 'ping', id: 'p1' });
    await connection.next(({ type }) => type === 'pong');
    expect(isOpen).toBe(true);
    connection.acknowledge(ended);
    await stopped;
    expect(await connection.closed).toBe(1000);
  });

  it('closes its connection and stays away', async () => {
    const { connection, stop, states } = await connectAgent();
    await stop();
    expect(await connection.closed).toBe(1000);
    expect(states.at(-1)).toEqual({ status: 'closed' });
  });

  it('sends again what the relay did not acknowledge before, when it is started anew', async () => {
    const { agent, connection, deliver, host, stop, restart, relay } = await connectAgent({
      acknowledges: false,
    });
    deliver({});
    await host.run();
    await agent.message({ conversation: 'alice', content: 'Good morning' });
    const message = await connection.next(({ type }) => type === 'reply');
    await stop();
    restart();
    const again = await relay.connection();
    await again.greet();
    expect(await again.next(({ type }) => type === 'reply')).toEqual(message);
  });

  it('loses nothing that was said while it was restarted with another configuration', async () => {
    const { deliver, host, stop, restart, relay } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    await stop();
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    restart({ name: 'Claw' });
    const again = await relay.connection();
    expect(await again.greet()).toMatchObject({ name: 'Claw' });
    end();
    const frames = await framesUntilEnded(again, 'ev1');
    expect(frames.filter(({ type }) => type === 'reply')).toMatchObject([{ content: 'Hello' }]);
  });

  it('starts a text that is being written anew: the relay of the next connection may not know its beginning', async () => {
    const { deliver, host, connection, stop, restart, relay } = await connectAgent();
    deliver({});
    const { listener } = await host.run();
    listener.onPartial('Once upon');
    const begun = await connection.next<ReplySubmission>(({ type }) => type === 'reply');
    expect(begun).toMatchObject({ kind: 'delta', index: 0, content: 'Once upon' });
    await stop();
    restart();
    const again = await relay.connection();
    await again.greet();
    await again.next(({ type }) => type === 'turn');
    listener.onPartial('Once upon a time');
    expect(await again.next(({ type }) => type === 'reply')).toMatchObject({
      id: begun.id,
      kind: 'delta',
      replace: true,
      content: 'Once upon a time',
    });
  });
});

describe('the socket', () => {
  it('takes no message that is far larger than any frame', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => subprotocol });
    await once(server, 'listening');
    const { openSocket } = await import('../src/open-socket.ts');
    const socket = openSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, [subprotocol]);
    const [peer] = await once(server, 'connection');
    const closed = once(peer, 'close');
    peer.on('error', () => {});
    socket.onerror = () => {};
    peer.send('x'.repeat(4 * 1_048_576 + 1));
    expect((await closed)[0]).toBe(1009);
    server.close();
  });
});
