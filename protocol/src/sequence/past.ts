import type { History, HistorySubmission } from '../generated/frames.ts';
import type { Judge } from './trace.ts';

/** Pages of the past: each answers one question, within what was asked for. */
export function createPast(judge: Judge) {
  const asked = new Map<string, HistorySubmission[]>();
  const blame = (message: string): void => judge('R-HISTORY-1', 'relay', message);
  return {
    ask(frame: HistorySubmission): void {
      asked.set(frame.conversation, [...(asked.get(frame.conversation) ?? []), frame]);
    },
    page({ conversation, frames }: History): void {
      const [question, ...rest] = asked.get(conversation) ?? [];
      if (question === undefined) return blame(`\`history\` of ${conversation}, which was not asked for`);
      if (rest.length === 0) asked.delete(conversation);
      else asked.set(conversation, rest);
      const { before = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = question;
      if (frames.length > limit) blame(`${frames.length} frames; at most ${limit} were asked for`);
      const seqs = frames.map(({ seq }) => seq ?? 0);
      const late = seqs.find((seq) => seq >= before);
      if (late !== undefined) blame(`Frame ${late} is not older than ${before}`);
      const swapped = seqs.findIndex((seq, index) => index > 0 && seq !== seqs[index - 1]! + 1);
      if (swapped > 0) blame(`Frame ${seqs[swapped]} follows ${seqs[swapped - 1]}`);
    },
    refused(conversation: string): void {
      const rest = asked.get(conversation)?.slice(1) ?? [];
      if (rest.length === 0) asked.delete(conversation);
      else asked.set(conversation, rest);
    },
  };
}
