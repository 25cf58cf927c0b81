import type { Dialect } from './dialect.ts';
import { frameId } from './frame-id.ts';
import { conversationName, type Load, type Progress, startProgress } from './load.ts';

const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(5);

interface Waiting {
  readonly content: string;
  readonly since: number;
}

/**
 * Clients that each submit an event, get it back as the agent's reply, and submit the next.
 *
 * @param clients One conversation each.
 * @param outstanding Events under way for each client at any time.
 */
export async function openRoundTrips(
  dialect: Dialect,
  port: number,
  { clients, outstanding }: { clients: number; outstanding: number },
): Promise<Load> {
  const agent = await dialect.openAgent(port, {
    event: (conversation, content) => agent.reply(conversation, frameId(), content),
  });

  let progress: Progress;
  let latencies: number[] = [];
  let underWay = 0;
  let number = 0;
  const parties = await Promise.all(
    Array.from({ length: clients }, async (_, n) => {
      const waiting: Waiting[] = [];
      const side = await dialect.openClient(port, conversationName(n), {
        reply(content) {
          const first = waiting.shift();
          if (first?.content !== content) {
            throw new Error(`Conversation ${n}: came "${content}", not "${first?.content ?? 'nothing'}"`);
          }
          latencies.push(performance.now() - first.since);
          underWay--;
          progress.done(1);
          if (progress.open) submit();
          else if (underWay === 0) progress.finish();
        },
        delta() {
          throw new Error(`Conversation ${n}: a delta came that nobody sent`);
        },
      });
      const submit = () => {
        const content = `${number++} ${filler}`;
        waiting.push({ content, since: performance.now() });
        underWay++;
        side.submit(content);
      };
      return { side, submit };
    }),
  );

  return {
    async work(durationMs) {
      latencies = [];
      progress = startProgress(durationMs, () => `${underWay} events are without their replies`);
      for (const { submit } of parties) for (let i = 0; i < outstanding; i++) submit();
      return { ...(await progress.finished), latencies };
    },
    close() {
      for (const { side } of parties) side.close();
      agent.close();
    },
  };
}
