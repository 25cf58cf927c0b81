import {
  verifyChannelMessageAdapterCapabilityProofs,
  verifyChannelMessageLiveCapabilityAdapterProofs,
  verifyChannelMessageLiveFinalizerProofs,
  verifyChannelMessageReceiveAckPolicyAdapterProofs,
} from 'openclaw/plugin-sdk/channel-outbound';
import { PlatformMessageNotDispatchedError } from 'openclaw/plugin-sdk/error-runtime';
import { describe, expect, it } from 'vitest';
import { channel } from '../src/host/channel.ts';
import { createMessageAdapter } from '../src/host/outbound.ts';
import { connectAgent } from './support/connected-agent.ts';

const adapterName = 'websocket-channel';
const cfg = { channels: { 'websocket-channel': { relayUrl: 'wss://relay.example.com/' } } };

/** What is declared and what is proved are the same. */
function expectAllVerified(results: readonly { readonly status: string }[], proofs: object): void {
  expect(results.filter(({ status }) => status === 'verified')).toHaveLength(Object.keys(proofs).length);
}

describe('what the message adapter declares', () => {
  it('of messages outside turns is so', async () => {
    const { agent, connection } = await connectAgent();
    const adapter = createMessageAdapter(() => agent);
    const send = async (more: object = {}) => {
      const result = await adapter.send.text({ cfg, to: 'user:alice', text: 'Hello', ...more });
      return { result, frame: await connection.next() };
    };
    const proofs = {
      text: async () => {
        const { frame, result } = await send();
        expect(frame).toMatchObject({
          kind: 'message',
          conversation: 'alice',
          content: 'Hello',
          id: result.messageId,
        });
        expect(result.receipt.platformMessageIds).toEqual([result.messageId]);
      },
      media: async () => {
        await adapter.send.media({ cfg, to: 'alice', text: 'Look', mediaUrl: 'https://a.example/c.png' });
        expect(await connection.next()).toMatchObject({ content: 'Look\n\nhttps://a.example/c.png' });
      },
      payload: async () => {
        await adapter.send.payload({ cfg, to: 'alice', text: '', payload: { text: 'From a payload' } });
        expect(await connection.next()).toMatchObject({ content: 'From a payload' });
      },
      poll: async () => {
        const poll = { question: 'Tea?', options: ['Yes', 'No'], maxSelections: 1 };
        await adapter.send.poll({ cfg, to: 'alice', poll });
        expect(await connection.next()).toMatchObject({
          content: 'Tea?',
          actions: [{ label: 'Yes' }, { label: 'No' }],
        });
      },
      replyTo: async () => expect((await send({ replyToId: 'ev1' })).frame).toMatchObject({ replyTo: 'ev1' }),
      thread: async () => expect((await send({ threadId: 7 })).frame).toMatchObject({ thread: '7' }),
      // Hooks have rewritten the text by then: it is carried letter by letter.
      messageSendingHooks: async () => {
        const text = '  *kept*\r\n<b>as</b> it is  ';
        expect((await send({ text })).frame).toMatchObject({ content: text });
      },
    };
    const results = await verifyChannelMessageAdapterCapabilityProofs({ adapterName, adapter, proofs });
    expectAllVerified(results, proofs);
  });

  it('of replies while they are written is so', async () => {
    const proofs = {
      draftPreview: async () => {
        const { deliver, host, connection } = await connectAgent();
        deliver({});
        (await host.run()).listener.onPartial('Half a');
        expect(await connection.next(({ type }) => type === 'reply')).toMatchObject({
          kind: 'delta',
          content: 'Half a',
        });
      },
      nativeStreaming: async () => {
        const { deliver, host, connection } = await connectAgent();
        deliver({});
        const { listener } = await host.run();
        for (const text of ['One', 'One, two', 'One, three']) listener.onPartial(text);
        const next = () => connection.next(({ type }) => type === 'reply');
        expect([await next(), await next(), await next()]).toMatchObject([
          { index: 0, content: 'One' },
          { index: 1, content: ', two' },
          { index: 2, content: 'One, three', replace: true },
        ]);
      },
      previewFinalization: async () => {
        const [delta, final] = await answered({ shown: 'Hello, Al', said: 'Hello, Alice' });
        expect(final).toMatchObject({ kind: 'final', content: 'Hello, Alice', id: delta?.id });
      },
    };
    const results = await verifyChannelMessageLiveCapabilityAdapterProofs({
      adapterName,
      adapter: channel.message!,
      proofs,
    });
    expectAllVerified(results, proofs);
  });

  it('of the end of what was shown is so', async () => {
    const proofs = {
      finalEdit: async () => {
        const [delta, final] = await answered({ shown: 'A first try', said: 'Something else' });
        expect(final).toMatchObject({ kind: 'final', content: 'Something else', id: delta?.id });
      },
      normalFallback: async () => {
        const { deliver, host, untilEnded } = await connectAgent({ welcome: { capabilities: [] } });
        deliver({});
        const { listener, end } = await host.run();
        listener.onPartial('Hello');
        listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
        end();
        const replies = (await untilEnded('ev1')).filter(({ type }) => type === 'reply');
        expect(replies).toMatchObject([{ kind: 'final', content: 'Hello, Alice' }]);
      },
      previewReceipt: async () => {
        const [delta, , receipt] = await answered({ shown: 'Hello', said: 'Hello' });
        expect(receipt).toEqual([delta?.id]);
      },
      retainOnAmbiguousFailure: async () => {
        const { deliver, host, untilEnded } = await connectAgent();
        deliver({});
        const { listener, fail } = await host.run();
        listener.onPartial('As far as it came');
        listener.onAnswer({ kind: 'final', content: 'The model is gone', isError: true });
        fail(new Error('gone'));
        const replies = (await untilEnded('ev1')).filter(({ type }) => type === 'reply');
        expect(replies).toMatchObject([
          { kind: 'delta' },
          { kind: 'block', content: 'As far as it came' },
          { kind: 'final', content: 'The model is gone' },
        ]);
      },
    };
    const results = await verifyChannelMessageLiveFinalizerProofs({
      adapterName,
      adapter: channel.message!,
      proofs,
    });
    expectAllVerified(results, proofs);
  });

  it('of what it takes over is so', async () => {
    const proofs = {
      after_agent_dispatch: async () => {
        const { deliver, host, untilEnded } = await connectAgent();
        deliver({});
        const { listener, end } = await host.run();
        listener.onAdopted();
        listener.onStarted();
        end();
        expect(
          (await untilEnded('ev1')).map((frame) => ('status' in frame ? frame.status : frame.type)),
        ).toEqual(['accepted', 'received', 'started', 'ended']);
      },
    };
    const results = await verifyChannelMessageReceiveAckPolicyAdapterProofs({
      adapterName,
      adapter: channel.message!,
      proofs,
    });
    expectAllVerified(results, proofs);
  });
});

describe('a message of OpenClaw’s queue', () => {
  const queued = { cfg, to: 'user:alice', text: 'Good morning', deliveryQueueId: 'q1' };

  it('is sent once the relay is back, where it goes away just when OpenClaw is told that sending begins', async () => {
    const { agent, relay, connection } = await connectAgent();
    const next = relay.connection();
    const isGone = Promise.withResolvers<void>();
    const sent = createMessageAdapter(() => agent).send.text({
      ...queued,
      async onPlatformSendDispatch() {
        connection.cut();
        await expect.poll(() => agent.connected).toBe(false);
        isGone.resolve();
      },
    });
    await isGone.promise;
    const again = await next;
    await again.greet();
    expect(await again.next()).toMatchObject({ kind: 'message', content: 'Good morning' });
    await sent;
  });

  it('is left to the queue, where the relay goes away while its files are stored', async () => {
    const { agent } = await connectAgent();
    const begun: string[] = [];
    const adapter = createMessageAdapter(() => ({
      ...agent,
      get connected() {
        return begun.push('asked') === 1;
      },
    }));
    const sent = adapter.send.text({
      ...queued,
      onPlatformSendDispatch: async () => void begun.push('sending begins'),
    });
    await expect(sent).rejects.toThrow(PlatformMessageNotDispatchedError);
    expect(begun).not.toContain('sending begins');
  });
});

/** The first delta, the reply that follows it, and the ids that OpenClaw is told. */
async function answered({ shown, said }: { readonly shown: string; readonly said: string }) {
  const { deliver, host, untilEnded } = await connectAgent();
  deliver({});
  const { listener, end } = await host.run();
  listener.onPartial(shown);
  const ids = listener.onAnswer({ kind: 'final', content: said });
  end();
  const [delta, final] = (await untilEnded('ev1')).filter((frame) => frame.type === 'reply');
  return [delta, final, ids] as const;
}
