import type { Attached, Cursor, ErrorFrame, Event, Reply, Turn } from '../generated/frames.ts';
import { createMemory, keyOf } from './memory.ts';
import type { Judge } from './trace.ts';

interface Attachment {
  readonly epoch: string;
  /** Last durable frame of the log when it was attached: up to it, frames are replayed. */
  readonly end: number;
  /** The cursor: what comes lies beyond it. */
  readonly after: number;
  /** The next `seq`, unless the replay may begin anywhere. */
  next: number | undefined;
  numbered: boolean;
  liveSeen: boolean;
}

/** Which conversations a client has attached, and how far each has come. */
export function createAttachments(judge: Judge) {
  const attached = new Map<string, Attachment>();
  const asked = new Map<string, (Cursor | undefined)[]>();
  /** Detached, but frames may still be under way: until something that was sent later is answered. */
  const leaving = new Map<string, number>();
  let detachments = 0;
  const positions = createMemory<number>();

  const blame = (requirement: string, message: string): void => judge(requirement, 'relay', message);

  function ask(conversation: string, cursor?: Cursor): void {
    asked.set(conversation, [...(asked.get(conversation) ?? []), cursor]);
  }

  function answered(conversation: string): { readonly cursor: Cursor | undefined } | undefined {
    const queue = asked.get(conversation);
    if (queue === undefined) return undefined;
    const [cursor, ...rest] = queue;
    if (rest.length === 0) asked.delete(conversation);
    else asked.set(conversation, rest);
    return { cursor };
  }

  function attach(frame: Attached): void {
    const { conversation, epoch, seq: end, recovered } = frame;
    const answer = answered(conversation);
    const current = attached.get(conversation);
    if (answer === undefined && recovered === 'truncated' && current !== undefined && isReplaying(current)) {
      attached.set(conversation, {
        ...current,
        end,
        after: (current.next ?? current.after + 1) - 1,
        next: undefined,
      });
      return;
    }
    if (answer === undefined) {
      return blame('R-ATTACH-2', `\`attached\` to ${conversation}, which was not asked for`);
    }
    recoveredRightly(frame, answer.cursor);
    const after = recovered === 'reset' ? 0 : (answer.cursor?.seq ?? end);
    leaving.delete(conversation);
    attached.set(conversation, {
      epoch,
      end,
      after,
      next: recovered === 'complete' || end === 0 ? after + 1 : undefined,
      numbered: end > 0,
      liveSeen: false,
    });
  }

  function recoveredRightly({ conversation, epoch, seq: end, recovered }: Attached, cursor?: Cursor): void {
    if (cursor?.seq === undefined || cursor.seq === 0 || cursor.epoch === undefined) return;
    const stale = cursor.epoch !== epoch || cursor.seq > end;
    if (stale && recovered !== 'reset') {
      blame('R-ATTACH-4', `${conversation} is \`${recovered}\`, but its cursor is of another log: \`reset\``);
    } else if (!stale && recovered === 'reset') {
      blame('R-ATTACH-4', `${conversation} is \`reset\`, but its cursor fits the log`);
    }
  }

  /** Whether the conversation may be spoken of on this connection. */
  function find(conversation: string, type: string): Attachment | undefined {
    const attachment = attached.get(conversation);
    if (attachment === undefined && !leaving.has(conversation)) {
      blame('R-ATTACH-6', `\`${type}\` of ${conversation}, which is not attached`);
    }
    return attachment;
  }

  function durable(frame: Event | Reply | Turn, conversation: string): void {
    const { type, id, epoch, seq } = frame;
    const attachment = find(conversation, type);
    if (attachment === undefined) return;
    if (seq === undefined) {
      if (attachment.numbered) blame('R-EVENT-3', `\`${type}\` without \`seq\` in a numbered log`);
      return;
    }
    attachment.numbered = true;
    if (epoch !== attachment.epoch) {
      return blame('R-EVENT-3', `Epoch ${epoch} in an attachment to ${attachment.epoch}`);
    }
    order(attachment, conversation, seq);
    if (id === undefined) return;
    const key = keyOf(`${conversation} ${epoch}`, `${type} ${id}`);
    const known = positions.get(key);
    if (known === undefined) positions.set(key, seq);
    else if (known !== seq) blame('R-ACK-2', `${id} was delivered as ${known} and comes again as ${seq}`);
  }

  const isReplaying = ({ next, end }: Attachment): boolean => next === undefined || next <= end;

  function order(attachment: Attachment, conversation: string, seq: number): void {
    const { next, after, end, liveSeen } = attachment;
    const replaying = (next ?? seq) <= end;
    const wrong = next === undefined ? seq <= after : seq !== next;
    if (wrong) {
      blame(
        replaying || seq < (next ?? 0) ? 'R-ATTACH-3' : 'R-EVENT-3',
        `seq ${seq} of ${conversation} where ${next ?? `one after ${after}`} comes next`,
      );
    } else if (next === undefined && liveSeen && seq <= end) {
      blame('R-ATTACH-3', `Live traffic of ${conversation} came before the replay of ${seq}`);
    }
    attachment.next = Math.max(seq + 1, next ?? 0);
  }

  function live(type: string, conversation: string): void {
    const attachment = find(conversation, type);
    if (attachment === undefined) return;
    attachment.liveSeen = true;
    if (attachment.next !== undefined && attachment.next <= attachment.end) {
      blame('R-ATTACH-3', `Live \`${type}\` of ${conversation} before the replay of ${attachment.next}`);
    }
  }

  return {
    ask,
    attach,
    durable,
    live,
    /** A signal or receipt, which the replay need not wait for. */
    aside: (type: string, conversation: string): void => void find(conversation, type),
    refused({ ref, conversation }: ErrorFrame): void {
      if (ref === undefined && conversation !== undefined) answered(conversation);
    },
    detach(conversation: string): void {
      if (attached.delete(conversation)) leaving.set(conversation, ++detachments);
    },
    /** How often something was detached so far: what is sent now is answered after the relay took note of it. */
    detachments: (): number => detachments,
    left(upTo: number): void {
      for (const [conversation, detachment] of leaving) {
        if (detachment <= upTo) leaving.delete(conversation);
      }
    },
  };
}
