import type { Append, Appended, Store } from '@websocket-channel/sdk-relay';

/** Stores that break one promise each, made of one that keeps them all. */
export const defects = { 'dedupe-off': withoutDedupe, 'ack-before-append': ackingEarly };

/** Takes every repetition for something new. */
function withoutDedupe(store: Store): Store {
  let next = 0;
  const fresh = (append: Append): Append => ({ ...append, id: `${process.pid}-${next++}` });
  return { ...store, commit: (batch) => store.commit(batch.map(fresh)) };
}

/** How long an append that is acknowledged already waits, in milliseconds. */
const lateMs = 500;

/** Acknowledges what it has only in memory. */
function ackingEarly(store: Store): Store {
  const logs = new Map<
    string,
    { readonly epoch: string; last: number; readonly known: Map<string, Appended> }
  >();
  let position = 0;
  let late: Promise<unknown> = Promise.resolve();

  function acknowledge({ conversation, type, id, body }: Append): Appended {
    const log = logs.get(conversation)!;
    const known = log.known.get(`${type} ${id}`);
    if (known?.status === 'accepted') return { status: 'duplicate', frame: known.frame };
    const seq = ++log.last;
    const frame = { seq, text: `${body},"epoch":"${log.epoch}","seq":${seq}}` };
    const outcome: Appended =
      type === 'event' ? { status: 'accepted', frame, position: ++position } : { status: 'accepted', frame };
    log.known.set(`${type} ${id}`, outcome);
    return outcome;
  }

  return {
    ...store,
    async open(conversation, agent) {
      await late;
      const state = await store.open(conversation, agent);
      if (state !== undefined && !logs.has(conversation))
        logs.set(conversation, { epoch: state.epoch, last: state.last, known: new Map() });
      return state;
    },
    commit(batch) {
      late = Promise.all([late, new Promise((resolve) => setTimeout(resolve, lateMs))]).then(() =>
        store.commit(batch),
      );
      return batch.map(acknowledge);
    },
    after: async (conversation, seq, page) => {
      await late;
      return await store.after(conversation, seq, page);
    },
    waiting: async (agent, from, page) => {
      await late;
      return await store.waiting(agent, from, page);
    },
    received: async (agent, conversation, events) => {
      await late;
      return await store.received(agent, conversation, events);
    },
  };
}
