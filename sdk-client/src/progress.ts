/**
 * What the agent does while a turn goes on: what it thinks, what it says before it uses a tool, which tools it uses. For a client made
 * with the capability `progress`.
 *
 * @packageDocumentation
 */
import { limits, progressKinds, type Signal } from '@websocket-channel/protocol';
import type { Conversation } from './conversation.ts';
import { createEmitter } from './events.ts';

/** One thing that the agent does in the course of a turn. */
export interface ProgressStep {
  readonly turn: string;
  readonly id: string;
  readonly kind: 'reasoning' | 'preamble' | 'tool';
  /** What it thinks or says so far, with ` … ` where some of it was lost; of a tool, what it does. */
  readonly text: string;
  /** Of a tool: whether it is still at work. */
  readonly active: boolean;
}

/** What the agent does in a conversation. Nothing of it is stored: a page that is loaded later does not see it. */
export interface Progress {
  /** The latest steps of all turns, in the order in which they began, as an immutable snapshot. */
  readonly steps: readonly ProgressStep[];
  /** Adds a listener that is called after any change. @returns Removes it. */
  subscribe(listener: () => void): () => void;
  /** Ends it. */
  close(): void;
}

interface Step extends ProgressStep {
  /** Number of the next chunk. */
  readonly next: number;
}

/** How many steps are kept. */
const mostSteps = 200;

/** Watches what the agent does in a conversation. */
export function createProgress(conversation: Conversation): Progress {
  let steps: readonly Step[] = [];
  const emitter = createEmitter<{ change: undefined }>();

  function change(next: readonly Step[]): void {
    if (next === steps) return;
    steps = next;
    emitter.emit('change', undefined);
  }

  const stops = [
    conversation.on('signal', (signal) => {
      if (signal.source === conversation.agent?.source) change(take(steps, signal));
    }),
    conversation.on('turn', ({ id, status }) => {
      if (status === 'ended') change(finish(steps, id));
    }),
  ];

  return {
    get steps() {
      return steps;
    },
    subscribe: (listener) => emitter.on('change', listener),
    close() {
      for (const stop of stops) stop();
    },
  };
}

function take(steps: readonly Step[], { kind, turn, id, content = '', ...signal }: Signal): readonly Step[] {
  if (turn === undefined || id === undefined || !progressKinds.has(kind)) return steps;
  const position = steps.findLastIndex((step) => step.id === id && step.turn === turn && step.kind === kind);
  const known = steps[position];
  const begun = { turn, id, kind: kind as Step['kind'], active: signal.active === true };
  if (kind === 'tool')
    return put(steps, position, { ...begun, text: content || (known?.text ?? ''), next: 0 });
  const { index = known?.next ?? 0 } = signal;
  const next = index === 0 ? 0 : (known?.next ?? 0);
  if (index < next) return steps;
  const before = index === 0 ? '' : (known?.text ?? '');
  const text = `${before}${index > next ? ' … ' : ''}${content}`.slice(-limits.contentLength);
  return put(steps, position, { ...begun, text, next: index + 1 });
}

const put = (steps: readonly Step[], position: number, step: Step): readonly Step[] =>
  position < 0
    ? [...steps, step].slice(-mostSteps)
    : steps.map((other, at) => (at === position ? step : other));

/** No tool works beyond the end of its turn. */
const finish = (steps: readonly Step[], turn: string): readonly Step[] =>
  steps.some((step) => step.turn === turn && step.active)
    ? steps.map((step) => (step.turn === turn ? { ...step, active: false } : step))
    : steps;
