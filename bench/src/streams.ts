import type { Dialect } from './dialect.ts';
import { frameId } from './frame-id.ts';
import { conversationName, type Load, type Progress, startProgress } from './load.ts';

/** Length of a reply, in chunks. */
const chunksPerReply = 256;

/** Deltas of one conversation that may be under way. */
const window = 16;

const chunk = (index: number) => `word${index} and some more `;
const texts = Array.from({ length: chunksPerReply + 1 }, (_, count) =>
  Array.from({ length: count }, (_, index) => chunk(index)).join(''),
);
/** The text of some successive chunks. */
const textOf = (index: number, count: number) =>
  (texts[index + count] as string).slice((texts[index] as string).length);

/**
 * An agent that streams replies to many conversations at once, as fast as their readers get them.
 *
 * @param conversations One client each.
 */
export async function openStreams(
  dialect: Dialect,
  port: number,
  { conversations }: { conversations: number },
): Promise<Load> {
  const agent = await dialect.openAgent(port, {
    event(conversation) {
      throw new Error(`An event of ${conversation} came that nobody submitted`);
    },
  });

  let progress: Progress;
  let running = 0;
  const streams = await Promise.all(
    Array.from({ length: conversations }, async (_, n) => {
      const conversation = conversationName(n);
      let id = '';
      let sent = 0;
      let read = 0;
      let final = false;

      const begin = () => {
        [id, sent, read, final] = [frameId(), 0, 0, false];
        proceed();
      };
      const proceed = () => {
        for (; progress.open && sent < chunksPerReply && sent - read < window; sent++) {
          agent.delta(conversation, id, sent, chunk(sent));
        }
        if (final || (progress.open && sent < chunksPerReply)) return;
        final = true;
        agent.reply(conversation, id, textOf(0, sent));
      };
      const side = await dialect.openClient(port, conversation, {
        delta(index, count, content) {
          if (index !== read || content !== textOf(index, count)) {
            throw new Error(`Conversation ${n}: came chunk ${index} "${content}", not chunk ${read}`);
          }
          read += count;
          progress.done(count);
          proceed();
        },
        reply(content) {
          if (read !== sent || content !== textOf(0, sent)) {
            throw new Error(`Conversation ${n}: the final reply came after ${read} of ${sent} chunks`);
          }
          if (progress.open) begin();
          else if (--running === 0) progress.finish();
        },
      });
      return { side, begin };
    }),
  );

  return {
    async work(durationMs) {
      progress = startProgress(durationMs, () => `${running} streams have not ended`);
      running = streams.length;
      for (const { begin } of streams) begin();
      return { ...(await progress.finished), latencies: [] };
    },
    close() {
      for (const { side } of streams) side.close();
      agent.close();
    },
  };
}
