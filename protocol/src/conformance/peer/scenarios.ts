import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { PeerStage } from './stage.ts';

/** Why connections fail in a row, to see how the subject spaces them. */
const passingCodes = [1001, 4503, 1011, 4508, 4599];

/** What every peer of a relay does about its connection. */
export const connectionScenarios: readonly CodedScenario<PeerStage>[] = [
  {
    title: 'answers a ping with its id',
    requirement: 'R-HEART-2',
    async run(stage) {
      const peer = await stage.peer();
      for (const id of ['p1', 'p2']) {
        peer.send({ type: 'ping', id });
        await peer.expect({ type: 'pong', id });
      }
      peer.send({ type: 'ping' });
      await peer.expect({ type: 'pong', id: '{!}' });
    },
  },
  {
    title: 'takes a silent relay for dead and connects again',
    requirement: 'R-HEART-4',
    async run(stage) {
      const before = await stage.peer();
      before.close(4503);
      const heartbeat = { intervalMs: 400, graceMs: 400 };
      const halfOpen = await stage.meet({ heartbeat });
      const since = Date.now();
      halfOpen.socket.pause();
      try {
        const again = await stage.call({ of: 'R-HEART-4' });
        again.connection.drop();
        const waitedMs = again.at - since;
        const patienceMs = heartbeat.intervalMs + heartbeat.graceMs;
        if (waitedMs >= patienceMs * 0.9) return;
        throw new Unmet(
          `a new connection after ${patienceMs} ms of silence`,
          `one came after ${waitedMs} ms`,
          [],
        );
      } finally {
        halfOpen.drop();
      }
    },
  },
  {
    title: 'comes back after every close that allows it, with a growing and random wait',
    requirement: 'R-CLOSE-2',
    async run(stage) {
      const first = await stage.peer();
      let closedAt = Date.now();
      first.drop();
      const delays: number[] = [];
      for (const code of passingCodes) {
        const { connection, at } = await stage.call();
        delays.push(at - closedAt);
        connection.close(code);
        closedAt = (await connection.closed()).at;
      }
      judgeDelays(delays);
      await stage.meet();
    },
  },
  {
    title: 'stays away after a close code from 4400 to 4499',
    requirement: 'R-CLOSE-1',
    alone: true,
    async run(stage) {
      const peer = await stage.peer();
      peer.close(4499);
      await peer.closed();
      const again = await stage.host.next(stage.setting.timeoutMs);
      again?.socket.terminate();
      if (again !== undefined)
        throw new Unmet('no connection after a close with 4499', 'one came', peer.excerpt());
    },
  },
];

/** Full jitter: no wait says anything about the next one, and all together are no storm. */
function judgeDelays(delays: readonly number[]): void {
  const list = `the waits ${delays.map((delay) => `${delay} ms`).join(', ')}`;
  const total = delays.reduce((sum, delay) => sum + delay, 0);
  if (total < 10 * delays.length) throw new Unmet('waits between the attempts', `came ${list}`, []);
  const constant = spread(delays) < 0.5;
  const doubling = spread(delays.map((delay, attempt) => delay / 2 ** attempt)) < 0.25;
  if (constant || doubling) throw new Unmet('random waits', `came ${list}`, []);
}

/** How far the values lie apart, in parts of their mean. */
const spread = (values: readonly number[]): number =>
  ((Math.max(...values) - Math.min(...values)) * values.length) /
  values.reduce((sum, value) => sum + value, 0);
