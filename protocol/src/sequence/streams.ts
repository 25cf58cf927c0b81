import type { Reply, ReplySubmission } from '../generated/frames.ts';
import { createMemory, keyOf } from './memory.ts';
import type { Judge } from './trace.ts';

type Delta = Reply | ReplySubmission;

/** Whether the reply is a chunk of a stream rather than a frame of the log. */
export const isDelta = ({ kind }: Delta): boolean => kind === 'delta';

/** Whether the reply takes the place of the deltas that have its id. */
const supersedes = ({ kind }: Delta): boolean => kind === 'block' || kind === 'final';

/** Streams as an agent sends them: numbered without holes, one id from the first chunk to what supersedes them. */
export function createSubmittedStreams(judge: Judge) {
  /** The next chunk by reply; a negative one says that the stream is superseded. */
  const next = createMemory<number>();
  /** Replies of a turn whose deltas nothing has superseded yet. */
  const open = createMemory<Set<string>>();
  const blame = (requirement: string, message: string): void => judge(requirement, 'agent', message);
  const openIn = (conversation: string, turn: string): Set<string> => {
    const key = keyOf(conversation, turn);
    return open.get(key) ?? open.set(key, new Set());
  };

  return {
    delta(frame: ReplySubmission, conversation: string, mayHaveBegun: boolean): void {
      const { id, index, count = 1, turn } = frame;
      const key = keyOf(conversation, id);
      const expected = next.get(key);
      if (expected !== undefined && expected < 0) {
        return blame('R-STREAM-2', `A delta of ${id} after the reply that supersedes it`);
      }
      const wanted = expected ?? (mayHaveBegun ? index : 0);
      const snapshot = frame.replace === true && index === 0 && count >= (expected ?? 0);
      if (index === undefined) blame('R-STREAM-3', `A delta of ${id} without \`index\``);
      else if (index !== wanted && !snapshot) {
        blame('R-STREAM-3', `Chunk ${index} of ${id} where ${wanted} comes next`);
      }
      next.set(key, Math.max(expected ?? 0, (index ?? wanted ?? 0) + count));
      if (turn !== undefined) openIn(conversation, turn).add(id);
    },
    durable(frame: ReplySubmission, conversation: string): void {
      if (!supersedes(frame)) return;
      const { id, kind, turn } = frame;
      next.set(keyOf(conversation, id), -1);
      if (turn === undefined) return;
      const drafts = openIn(conversation, turn);
      const [draft] = drafts;
      if (draft !== undefined && !drafts.delete(id)) {
        blame('R-STREAM-2', `\`${kind}\` ${id} while nothing has superseded the deltas of ${draft}`);
      }
    },
  };
}

/** Streams as a relay passes them on: it may merge and leave out, but neither repeats nor reorders. */
export function createDeliveredStreams(judge: Judge) {
  const next = createMemory<number>();
  /** How often each conversation was attached: every time, streams begin anew. */
  const attachments = createMemory<number>();
  const keyOfStream = (conversation: string, id: string): string =>
    keyOf(`${conversation} ${attachments.get(conversation) ?? 0}`, id);
  const blame = (requirement: string, message: string): void => judge(requirement, 'relay', message);
  return {
    delta({ id, index, count = 1, replace, seq }: Reply, conversation: string): void {
      if (seq !== undefined) blame('R-STREAM-6', `A delta with \`seq\` ${seq}`);
      if (id === undefined || index === undefined) return;
      const key = keyOfStream(conversation, id);
      const expected = next.get(key) ?? 0;
      if (expected < 0) return blame('R-STREAM-4', `A delta of ${id} after the reply that supersedes it`);
      const overtaken = replace === true ? index + count < expected : index < expected;
      if (overtaken) blame('R-STREAM-4', `Chunk ${index} of ${id} after chunk ${expected - 1}`);
      next.set(key, Math.max(expected, index + count));
    },
    durable(frame: Reply, conversation: string): void {
      if (frame.id !== undefined && supersedes(frame)) next.set(keyOfStream(conversation, frame.id), -1);
    },
    /** A new attachment gets the stream in flight from its beginning. */
    attached(conversation: string): void {
      attachments.set(conversation, (attachments.get(conversation) ?? 0) + 1);
    },
  };
}
