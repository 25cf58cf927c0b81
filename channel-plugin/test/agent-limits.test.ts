import type { AgentToRelay, ReplySubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';

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
