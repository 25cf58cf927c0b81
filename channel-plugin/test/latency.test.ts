import { expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';

const rounds = 200;
/** What the channel may add to what the Gateway takes, in milliseconds. */
const budgetMs = 5;

const now = (): number => performance.timeOrigin + performance.now();
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

// Both ways include the loopback sockets. The host is the test's, so that only the channel's own time counts.
it(`adds at most ${budgetMs} ms, as a median, each way`, async () => {
  const { connection, deliver, host, untilEnded } = await connectAgent();
  const toAgent: number[] = [];
  const toRelay: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const id = `ev${round}`;
    const written = now();
    deliver({ id });
    const { listener, end } = await host.run();
    toAgent.push(now() - written);
    listener.onAdopted();
    listener.onStarted();
    const said = now();
    listener.onPartial('Hello');
    await connection.next((frame) => frame.type === 'reply');
    toRelay.push(connection.arrivals.at(-1)!.at - said);
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    await untilEnded(id);
  }
  console.log(
    `event frame → dispatch ${median(toAgent).toFixed(2)} ms, partial → delta frame ${median(toRelay).toFixed(2)} ms (medians of ${rounds})`,
  );
  expect(median(toAgent)).toBeLessThan(budgetMs);
  expect(median(toRelay)).toBeLessThan(budgetMs);
});
