import {
  type AgentToRelay,
  type Cancel,
  type Event,
  encode,
  type RelayToAgent,
  versions,
} from '@websocket-channel/protocol';
import { parseRelayToAgent } from '@websocket-channel/protocol/agent';
import { createLink, type LinkSocket } from '@websocket-channel/protocol/link';
import { WebSocket } from 'ws';
import { senderOf, watchConnection } from './lawfulness.ts';

/**
 * Stands in for a Gateway with the plugin where no Gateway is needed: it keeps the plugin's promises on the wire, and its
 * agent says each event again, word by word.
 */
export interface EchoAgent {
  /** How often each event was answered, by its content. */
  readonly answered: ReadonlyMap<string, number>;
  /** Settles when the relay has welcomed it. */
  online(): Promise<void>;
  stop(): void;
}

/** An event that starts like this is answered by words without end, until somebody cancels. */
export const endless = 'endless';

/** Before it says an event again that starts like this, it tells what it does, to a relay that passes that on. */
export const thoughtful = 'thoughtful';

/** How an echo agent behaves. */
interface EchoOptions {
  /** Whether the same account was connected before. @default false */
  readonly resumed?: boolean;
  /** How long it thinks about each word, in milliseconds. @default 5 */
  readonly wordMs?: number;
}

/** Connects an echo agent, which stays connected. What crosses its sockets is watched. */
export function startEchoAgent(
  url: string,
  token: string,
  { resumed = false, wordMs = 5 }: EchoOptions = {},
): EchoAgent {
  const answered = new Map<string, number>();
  const seen = new Set<string>();
  const running = new Map<string, AbortController>();
  const unacked = new Map<string, AgentToRelay & { readonly id: string }>();
  let welcomed = Promise.withResolvers<void>();
  let tellsProgress = false;
  let connections = resumed ? 1 : 0;
  let watch = watchConnection({ role: 'agent', resumed });

  const link = createLink<RelayToAgent>({
    url,
    openSocket: (address, subprotocols) => new WebSocket(address, [...subprotocols]) as LinkSocket,
    parse: parseRelayToAgent,
    token: () => token,
    hello: (secret) => ({
      type: 'hello',
      role: 'agent',
      versions: [...versions],
      stream: 'token',
      commands: [
        { name: 'status', description: 'Tells the status' },
        { name: 'stop', description: 'Stops the answer' },
        { name: 'model', description: 'Chooses the model', args: '[name]' },
      ],
      ...(secret !== undefined && { token: secret }),
    }),
    backoff: { minMs: 20, maxMs: 200 },
    onTraffic: (traffic) => watch(senderOf(traffic, 'agent'), traffic.text),
    onState({ status }) {
      if (status === 'connecting') watch = watchConnection({ role: 'agent', resumed: connections++ > 0 });
      if (status === 'waiting') welcomed = Promise.withResolvers();
    },
    onWelcome({ capabilities = [] }) {
      tellsProgress = capabilities.includes('progress');
      for (const frame of unacked.values()) link.write(encode(frame));
      welcomed.resolve();
    },
    onFrame(frame) {
      if (frame.type === 'event') void take(frame);
      else if (frame.type === 'ack') unacked.delete(frame.id);
      else if (frame.type === 'cancel') stopTurns(frame);
    },
  });
  link.start();

  const live = (frame: AgentToRelay): void => void link.write(encode(frame));
  function durable(frame: AgentToRelay & { readonly id: string }): void {
    unacked.set(frame.id, frame);
    live(frame);
  }

  async function take({ id = '', conversation = '', content }: Event): Promise<void> {
    const events = [id];
    live({ type: 'received', conversation, events });
    if (seen.has(id)) return;
    seen.add(id);
    answered.set(content, (answered.get(content) ?? 0) + 1);
    const turn = `turn-${id}`;
    const reply = `reply-${id}`;
    const stopped = new AbortController();
    running.set(turn, stopped);
    live({ type: 'turn', id: turn, conversation, status: 'accepted', events });
    live({ type: 'turn', id: turn, conversation, status: 'started', events });
    if (tellsProgress && content.startsWith(thoughtful)) {
      const signal = { type: 'signal', conversation, turn } as const;
      live({ ...signal, kind: 'reasoning', id: 'thought', index: 0, content: 'It is ' });
      live({ ...signal, kind: 'reasoning', id: 'thought', index: 1, content: 'to be repeated.' });
      for (const active of [true, false])
        live({ ...signal, kind: 'tool', id: 'use', content: 'echo', active });
    }
    let index = 0;
    for (const word of words(content)) {
      live({ type: 'reply', kind: 'delta', id: reply, conversation, turn, index: index++, content: word });
      await new Promise((resolve) => setTimeout(resolve, wordMs));
      if (stopped.signal.aborted) break;
    }
    running.delete(turn);
    const aborted = stopped.signal.aborted;
    if (!aborted) durable({ type: 'reply', kind: 'final', id: reply, conversation, turn, events, content });
    const outcome = aborted ? 'aborted' : 'completed';
    durable({ type: 'turn', id: turn, conversation, status: 'ended', events, outcome });
  }

  function stopTurns({ turn }: Cancel): void {
    for (const [id, stopped] of running) if (turn === undefined || turn === id) stopped.abort();
  }

  return { answered, online: () => welcomed.promise, stop: link.stop };
}

function* words(content: string): Generator<string> {
  if (content.startsWith(endless)) for (;;) yield 'word ';
  yield* content.split(/(?<= )/);
}
