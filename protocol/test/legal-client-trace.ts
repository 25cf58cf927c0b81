import type { TraceEntry } from '../src/sequence.ts';
import { type Decision, entry, everyCapability, type Loose, welcome } from './trace-frames.ts';

export const clientActions = [
  'say',
  'repeat',
  'turn',
  'delta',
  'final',
  'end',
  'ping',
  'reattach',
  'otherEpoch',
  'second',
  'leave',
  'history',
  'typing',
  'receipt',
  'fault',
  'renew',
];

/** A conversation between a client and a relay in which everything is as it should be. */
export function legalClientTrace(decisions: readonly Decision[]): TraceEntry[] {
  const trace: TraceEntry[] = [];
  const client = (frame: Loose) => void trace.push(entry('client', frame));
  const relay = (frame: Loose) => void trace.push(entry('relay', frame));
  const at = { conversation: 'alice', epoch: 'ep1' };
  const log: Loose[] = [];
  const running: string[] = [];
  let draft: { id: string; next: number } | undefined;
  let made = 0;
  let second = false;
  const mint = (prefix: string) => `${prefix}${++made}`;
  const append = (frame: Loose) => {
    const stored = { ...frame, ...at, seq: log.length + 1 };
    log.push(stored);
    return stored;
  };
  const attached = (recovered: string, after: number) => {
    relay({
      type: 'attached',
      ...at,
      seq: log.length,
      recovered,
      agent: { source: 'default', online: true },
    });
    for (const frame of log.slice(after)) relay(frame);
    if (draft === undefined) return;
    relay({
      type: 'reply',
      kind: 'delta',
      id: draft.id,
      ...at,
      index: 0,
      count: draft.next,
      replace: true,
      content: '…',
    });
  };

  client({ type: 'hello', role: 'client', versions: [1, 2], capabilities: everyCapability });
  relay({ ...welcome, identity: { source: 'alice' }, conversation: 'alice' });
  attached('complete', 0);
  for (const [action, choice] of decisions) {
    switch (action) {
      case 'say': {
        const event = { type: 'event', id: mint('ev'), content: 'Hello', timestamp: 1 };
        client({ ...event, ...(choice % 2 && { conversation: 'alice' }) });
        const stored = append({ ...event, source: 'alice' });
        const ack = { type: 'ack', id: event.id, ...at, seq: stored.seq, status: 'accepted' };
        for (const frame of choice % 3 ? [ack, stored] : [stored, ack]) relay(frame);
        break;
      }
      case 'repeat': {
        const known = log.find(({ type }) => type === 'event');
        if (known === undefined || choice % 3 === 0) break;
        const mine = trace.find(
          (item) => 'frame' in item && item.from === 'client' && (item.frame as Loose).id === known.id,
        );
        trace.push(mine as TraceEntry);
        relay({ type: 'ack', id: known.id, ...at, seq: known.seq, status: 'duplicate' });
        break;
      }
      case 'turn': {
        const id = mint('tu');
        running.push(id);
        relay({ type: 'turn', id, ...at, status: 'accepted', events: [], epoch: undefined });
        if (choice % 2) relay({ type: 'turn', id, conversation: 'alice', status: 'started', events: [] });
        break;
      }
      case 'delta': {
        draft ??= { id: mint('rp'), next: 0 };
        const count = (choice % 3) + 1;
        const lost = choice % 7 === 0 ? 1 : 0;
        const index = draft.next + lost;
        relay({
          type: 'reply',
          kind: 'delta',
          id: draft.id,
          conversation: 'alice',
          index,
          count,
          content: 'x',
        });
        draft.next = index + count;
        break;
      }
      case 'final': {
        const id = draft?.id ?? mint('rp');
        draft = undefined;
        relay(append({ type: 'reply', kind: 'final', id, content: 'Hello, Alice' }));
        break;
      }
      case 'end': {
        const id = running.shift();
        if (id !== undefined)
          relay(append({ type: 'turn', id, status: 'ended', events: [], outcome: 'completed' }));
        break;
      }
      case 'ping': {
        const id = choice % 2 ? { id: mint('p') } : {};
        const [asks, answers] = choice % 3 ? [relay, client] : [client, relay];
        asks({ type: 'ping', ...id });
        answers({ type: 'pong', ...id });
        break;
      }
      case 'reattach': {
        const seq = choice % (log.length + 1);
        client({ type: 'attach', ...at, seq });
        attached('complete', seq);
        break;
      }
      case 'otherEpoch':
        client({ type: 'attach', conversation: 'alice', epoch: 'ep0', seq: 3 + choice });
        attached('reset', 0);
        break;
      case 'second':
        client({ type: 'attach', conversation: 'alice/work' });
        relay({
          type: 'attached',
          conversation: 'alice/work',
          epoch: 'ep7',
          seq: 40,
          recovered: 'complete',
          agent: { source: 'default', online: false },
        });
        second = true;
        break;
      case 'leave': {
        if (!second) break;
        second = false;
        client({ type: 'detach', conversation: 'alice/work' });
        client({ type: 'ping', id: mint('p') });
        relay({ type: 'turn', id: 'tu0', conversation: 'alice/work', status: 'accepted', events: [] });
        relay({ type: 'pong', id: `p${made}` });
        break;
      }
      case 'history': {
        const before = (choice % (log.length + 1)) + 1;
        client({ type: 'history', conversation: 'alice', before, limit: 5 });
        const frames = log.slice(0, before - 1).slice(-5);
        relay({ type: 'history', ...at, frames, more: before > 6 });
        break;
      }
      case 'typing':
        if (choice % 2) client({ type: 'signal', kind: 'typing', conversation: 'alice', active: true });
        else
          relay({ type: 'signal', kind: 'typing', conversation: 'alice', source: 'default', active: true });
        break;
      case 'receipt':
        if (choice % 2) client({ type: 'receipt', conversation: 'alice', status: 'read', seq: 1 });
        else relay({ type: 'receipt', conversation: 'alice', status: 'delivered', events: ['ev1'] });
        break;
      case 'fault': {
        const id = mint('ev');
        trace.push({ ...entry('client', { type: 'event', id, content: 7 }), illegal: true } as TraceEntry);
        relay({ type: 'error', code: 'invalid', message: '/content', retryable: false, ref: id });
        break;
      }
      case 'renew':
        client({ type: 'auth', token: 'fresh' });
        relay({ type: 'auth' });
    }
  }
  client({ type: 'bye', reason: 'done' });
  trace.push({ from: 'client', close: { code: 1000 } });
  return trace;
}
