import type { Signal } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { progressCallbacks } from '../src/host/progress.ts';
import { createProgressSender } from '../src/progress-sender.ts';
import type { Transport } from '../src/transport.ts';
import type { Turn } from '../src/turns.ts';

/** A sender, and what a reader of its signals makes of them: the text of each passage, and what each tool does. */
function setup({ progress = true } = {}) {
  const relay = { isOpen: true, bufferedAmount: 0 };
  const signals: Signal[] = [];
  const transport = {
    get bufferedAmount() {
      return relay.bufferedAmount;
    },
    reads: (capability: string) => progress && capability === 'progress',
    live(signal: Signal) {
      if (relay.isOpen) signals.push(signal);
      return relay.isOpen;
    },
  } as Partial<Transport> as Transport;
  const sender = createProgressSender({ id: 'tu1', conversation: 'alice' } as Turn, () => transport);
  const read = () => {
    const texts = new Map<string, string>();
    for (const { kind, id, index, content, active } of signals) {
      const key = `${kind} ${id}`;
      if (kind === 'tool') texts.set(key, `${content} ${active}`);
      else texts.set(key, index === 0 ? content! : texts.get(key)! + content);
    }
    return [...texts].map(([key, text]) => [key.split(' ')[0], text]);
  };
  return { relay, sender, signals, read };
}

describe('how a turn goes', () => {
  it('is told in chunks of what was added, thought by thought', () => {
    const { sender, signals, read } = setup();
    for (const text of ['She', 'She wants', 'She wants', 'She wants notes']) sender.reasoning(text);
    sender.reasoningEnd();
    sender.reasoning('Here they are');
    sender.preamble('p1', 'One moment');
    sender.tool('t1', 'read', true);
    sender.tool('t1', 'read', true);
    sender.tool('t1', 'read', false);
    expect(read()).toEqual([
      ['reasoning', 'She wants notes'],
      ['reasoning', 'Here they are'],
      ['preamble', 'One moment'],
      ['tool', 'read false'],
    ]);
    expect(signals).toHaveLength(7);
    for (const signal of signals) {
      expect(signal).toMatchObject({ type: 'signal', conversation: 'alice', turn: 'tu1' });
    }
  });

  it('is told anew where a text is another one than it was', () => {
    const { sender, read } = setup();
    for (const text of ['She wants', 'He wants', 'He wants notes']) sender.reasoning(text);
    expect(read()).toEqual([['reasoning', 'He wants notes']]);
  });

  it('is told later, and in full, where the relay is away or the socket full', () => {
    const { sender, relay, read } = setup();
    sender.reasoning('She');
    relay.isOpen = false;
    sender.reasoning('She wants');
    relay.isOpen = true;
    relay.bufferedAmount = 256 * 1024 + 1;
    sender.reasoning('She wants her');
    expect(read()).toEqual([['reasoning', 'She']]);
    relay.bufferedAmount = 256 * 1024;
    sender.reasoning('She wants her notes');
    expect(read()).toEqual([['reasoning', 'She wants her notes']]);
  });

  it('is told in chunks that fit, however long it is', () => {
    const { sender, signals, read } = setup();
    const text = '思考 😀 '.repeat(5000);
    sender.reasoning(text);
    expect(read()).toEqual([['reasoning', text]]);
    expect(Math.max(...signals.map(({ content = '' }) => [...content].length))).toBeLessThanOrEqual(2048);
  });

  it('is not told to a relay that does not pass it on', () => {
    const { sender, signals } = setup({ progress: false });
    sender.reasoning('She');
    sender.tool('t1', 'read', true);
    expect(signals).toEqual([]);
  });
});

describe('what OpenClaw tells of a run', () => {
  it('is not asked for unless it is wanted', () => {
    const { sender } = setup();
    expect(progressCallbacks({ progress: undefined, reasoning: true })).toBeUndefined();
    expect(progressCallbacks({ progress: sender, reasoning: false })).not.toHaveProperty('onReasoningStream');
  });

  it('becomes thoughts, preambles and the names of tools', () => {
    const { sender, read } = setup();
    const callbacks = progressCallbacks({ progress: sender, reasoning: true })!;
    callbacks.onReasoningStream?.({ text: 'She wants' });
    callbacks.onReasoningEnd?.();
    callbacks.onItemEvent({ itemId: 'p1', kind: 'preamble', progressText: 'I look' });
    callbacks.onItemEvent({
      toolCallId: 'c1',
      kind: 'tool',
      name: 'exec',
      title: 'exec cat secret',
      phase: 'start',
    });
    callbacks.onItemEvent({
      toolCallId: 'c1',
      kind: 'tool',
      name: 'exec',
      title: 'exec cat secret',
      phase: 'end',
    });
    callbacks.onItemEvent({ kind: 'unheard-of' });
    expect(read()).toEqual([
      ['reasoning', 'She wants'],
      ['preamble', 'I look'],
      ['tool', 'exec false'],
    ]);
  });
});
