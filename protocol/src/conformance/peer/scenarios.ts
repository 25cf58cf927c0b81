import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { PeerStage } from './stage.ts';

/** Why connections fail in a row, to see how the subject spaces them. */
const passingCodes = [1001, 4503, 1011, 4508, 4599];

/** By then, a subject that comes back has come, in milliseconds. */
const awayMs = 5000;

/** How often a row of waits has to look like a rule before it is one: chance alone draws such a row now and then. */
const rows = 3;

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
      for (let row = 1; ; row++) {
        const rule = ruleIn(await waitsInARow(stage));
        // A welcome ends the row.
        await stage.meet();
        if (rule === undefined) return;
        if (row === rows) throw rule;
      }
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
      const again = await stage.host.next(Math.min(awayMs, stage.setting.timeoutMs));
      again?.socket.terminate();
      if (again !== undefined)
        throw new Unmet('no connection after a close with 4499', 'one came', peer.excerpt());
    },
  },
];

/** Closes connection after connection before it is welcomed. @returns How long the subject waited each time, in milliseconds. */
async function waitsInARow(stage: PeerStage): Promise<readonly number[]> {
  const first = await stage.peer();
  let closedAt = Date.now();
  first.drop();
  const waits: number[] = [];
  for (const code of passingCodes) {
    const { connection, at } = await stage.call();
    waits.push(at - closedAt);
    connection.close(code);
    closedAt = (await connection.closed()).at;
  }
  return waits;
}

/** Full jitter: no wait says anything about the next one, and all together are no storm. @returns What is amiss. */
function ruleIn(waits: readonly number[]): Unmet | undefined {
  const came = `came the waits ${waits.map((wait) => `${wait} ms`).join(', ')}`;
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  if (total < 10 * waits.length) return new Unmet('waits between the attempts', came, []);
  const constant = spread(waits) < 0.5;
  const doubling = spread(waits.map((wait, attempt) => wait / 2 ** attempt)) < 0.25;
  return constant || doubling ? new Unmet('random waits', came, []) : undefined;
}

/** How far the values lie apart, in parts of their mean. */
const spread = (values: readonly number[]): number =>
  ((Math.max(...values) - Math.min(...values)) * values.length) /
  values.reduce((sum, value) => sum + value, 0);
