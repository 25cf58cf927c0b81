import type { TraceEntry } from '../src/sequence.ts';
import { type Decision, entry, type Loose, welcome } from './trace-frames.ts';

export type { Decision };

export const agentActions = [
  'event',
  'received',
  'turn',
  'delta',
  'block',
  'final',
  'tool',
  'end',
  'cancel',
  'ping',
];

/** A connection between an agent and a relay in which everything is as it should be. */
export function legalAgentTrace(decisions: readonly Decision[]): TraceEntry[] {
  const trace: TraceEntry[] = [];
  const agent = (frame: Loose) => void trace.push(entry('agent', frame));
  const relay = (frame: Loose) => void trace.push(entry('relay', frame));
  const at = { conversation: 'alice', epoch: 'ep1' };
  let made = 0;
  let seq = 0;
  const mint = (prefix: string) => `${prefix}${++made}`;
  const events: string[] = [];
  const turns: { id: string; events: string[]; draft?: { id: string; next: number } | undefined }[] = [];
  const durable = (frame: Loose, twice: boolean) => {
    agent(frame);
    if (twice) agent(frame);
    relay({ type: 'ack', id: frame.id, ...at, seq: ++seq, status: 'accepted' });
    if (twice) relay({ type: 'ack', id: frame.id, ...at, seq, status: 'duplicate' });
  };

  agent({ type: 'hello', role: 'agent', versions: [1], stream: 'token', capabilities: ['signal'] });
  relay({ ...welcome, identity: { source: 'default' } });
  for (const [action, choice] of decisions) {
    const turn = turns[choice % Math.max(turns.length, 1)];
    switch (action) {
      case 'event':
        events.push(mint('ev'));
        relay({
          type: 'event',
          id: events.at(-1),
          source: 'alice',
          content: 'Hi',
          timestamp: 1,
          ...at,
          seq: ++seq,
        });
        break;
      case 'received':
        if (events.length > 0) agent({ type: 'received', conversation: 'alice', events: events.slice(-2) });
        break;
      case 'turn':
        turns.push({ id: mint('tu'), events: events.slice(-1) });
        agent({ type: 'turn', conversation: 'alice', status: 'accepted', ...turns.at(-1), draft: undefined });
        break;
      case 'delta':
        if (turn === undefined) break;
        turn.draft ??= { id: mint('rp'), next: 0 };
        agent({
          type: 'reply',
          kind: 'delta',
          id: turn.draft.id,
          conversation: 'alice',
          turn: turn.id,
          content: 'x',
          index: turn.draft.next++,
          ...(choice % 5 === 0 && { replace: true }),
        });
        break;
      case 'block':
      case 'final': {
        if (turn === undefined) break;
        const id = turn.draft?.id ?? mint('rp');
        turn.draft = undefined;
        durable(
          {
            type: 'reply',
            kind: action,
            id,
            conversation: 'alice',
            turn: turn.id,
            events: turn.events,
            content: 'x',
          },
          choice % 4 === 0,
        );
        break;
      }
      case 'tool':
        if (turn !== undefined) {
          durable(
            {
              type: 'reply',
              kind: 'tool',
              id: mint('rp'),
              conversation: 'alice',
              turn: turn.id,
              content: 'x',
            },
            false,
          );
        }
        break;
      case 'end':
        if (turn === undefined) break;
        turns.splice(turns.indexOf(turn), 1);
        durable(
          {
            type: 'turn',
            id: turn.id,
            conversation: 'alice',
            status: 'ended',
            events: [...turn.events],
            outcome: 'completed',
          },
          choice % 3 === 0,
        );
        break;
      case 'cancel':
        relay({ type: 'cancel', conversation: 'alice', source: 'alice' });
        break;
      case 'ping':
        relay({ type: 'ping', id: mint('p') });
        agent({ type: 'pong', id: `p${made}` });
    }
  }
  relay({ type: 'bye', reason: 'drain' });
  trace.push({ from: 'relay', close: { code: 4503 } });
  return trace;
}
