import type { Ack, EventSubmission, ReplySubmission, TurnSubmission } from '../generated/frames.ts';
import type { Subject } from '../requirements.ts';
import { createMemory, keyOf } from './memory.ts';
import type { Judge } from './trace.ts';

interface Submission {
  readonly text: string;
  times: number;
  acks: number;
  accepted: boolean;
  position: string | undefined;
}

/** Which requirements a durable frame and its ack stand under: they differ between the two sides of the relay. */
const requirementsOf = {
  client: { ack: 'R-ACK-1', position: 'R-ACK-2', reuse: 'R-EVENT-6' },
  agent: { ack: 'R-ACK-4', position: 'R-ACK-4', reuse: 'R-REPLY-4' },
} as const;

/** What was submitted on a connection, and how it was acknowledged. */
export function createSubmissions(peer: Exclude<Subject, 'relay'>, judge: Judge) {
  const rules = requirementsOf[peer];
  const submissions = createMemory<Submission>();
  const types = peer === 'client' ? (['event'] as const) : (['reply', 'turn'] as const);

  /** An `ack` does not say of which type its frame is: one that waits for it comes first. */
  function acknowledged({ id, conversation }: Ack): Submission | undefined {
    const candidates = types.flatMap((type) => submissions.get(keyOf(conversation, `${type} ${id}`)) ?? []);
    return candidates.find(({ acks, times }) => acks < times) ?? candidates[0];
  }

  return {
    submit(frame: EventSubmission | ReplySubmission | TurnSubmission, conversation: string): void {
      const key = keyOf(conversation, `${frame.type} ${frame.id}`);
      const text = canonical(frame);
      const known = submissions.get(key);
      if (known === undefined) {
        submissions.set(key, { text, times: 1, acks: 0, accepted: false, position: undefined });
        return;
      }
      if (known.text !== text) judge(rules.reuse, peer, `The id ${frame.id} is used for other content`);
      known.times++;
    },
    /** Whether a frame of this type and id was submitted on this connection. */
    has: (conversation: string, type: 'event' | 'reply' | 'turn', id: string): boolean =>
      submissions.has(keyOf(conversation, `${type} ${id}`)),
    ack(frame: Ack): void {
      const { id, epoch, seq, status } = frame;
      const known = acknowledged(frame);
      if (known === undefined) return judge(rules.ack, 'relay', `\`ack\` of ${id}, which was not submitted`);
      if (++known.acks > known.times) {
        judge(rules.ack, 'relay', `${id} is acknowledged more often than submitted`);
      }
      const position = `${epoch} ${seq}`;
      if (known.position !== undefined && known.position !== position) {
        judge(rules.position, 'relay', `${id} was at ${known.position} and is now at ${position}`);
      } else if (known.accepted && status === 'accepted') {
        judge(rules.position, 'relay', `${id} is \`accepted\` twice: a repetition is a \`duplicate\``);
      }
      known.position ??= position;
      known.accepted ||= status === 'accepted';
    },
  };
}

/** When a frame was written and how it is traced may differ between attempts. */
const passing: readonly string[] = ['timestamp', 'traceparent'];

const canonical = (frame: object): string =>
  JSON.stringify(frame, (key, member: unknown) => {
    if (passing.includes(key)) return undefined;
    return typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  });
