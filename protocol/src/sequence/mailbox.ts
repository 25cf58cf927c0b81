import type { Event, Received } from '../generated/frames.ts';
import { createMemory, keyOf } from './memory.ts';
import type { Judge } from './trace.ts';

/** Events as a relay delivers them to an agent, and what the agent says of them. */
export function createMailbox(judge: Judge, resumed: boolean) {
  const events = createMemory<{ received: boolean }>();
  const latest = createMemory<number>();
  return {
    event({ id, epoch, seq }: Event, conversation: string): void {
      if (id === undefined) return;
      const key = keyOf(conversation, id);
      const known = events.get(key);
      if (known?.received)
        judge('R-MAILBOX-2', 'relay', `${id} again, although the agent has \`received\` it`);
      if (known !== undefined) return;
      events.set(key, { received: false });
      if (seq === undefined) return;
      const log = keyOf(conversation, epoch ?? '');
      const last = latest.get(log) ?? 0;
      if (seq <= last) judge('R-MAILBOX-1', 'relay', `seq ${seq} of ${conversation} after seq ${last}`);
      latest.set(log, Math.max(seq, last));
    },
    received({ conversation, events: ids }: Received): void {
      for (const id of ids) {
        const known = events.get(keyOf(conversation, id));
        if (known !== undefined) known.received = true;
        else if (!resumed) judge('R-MAILBOX-3', 'agent', `\`received\` of ${id}, which was not delivered`);
      }
    },
    /** The events that a turn or reply names must have come here, or on an earlier connection. */
    named(ids: readonly string[] | undefined, conversation: string): void {
      if (resumed) return;
      const unknown = ids?.find((id) => !events.has(keyOf(conversation, id)));
      if (unknown !== undefined) {
        judge('R-TURN-3', 'agent', `${unknown} is named as answered, but was not delivered`);
      }
    },
  };
}
