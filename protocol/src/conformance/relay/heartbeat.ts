import { setTimeout } from 'node:timers/promises';
import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

/** What timers and networks may add to a time that was promised. */
const slackMs = (promisedMs: number): number => 250 + promisedMs * 0.1;

/** How many pings may be late, since a machine can be held up for a moment. */
const excusedBeats = 1;

/** Attached to nothing, a connection gets nothing but pings. */
const idle = { with: { attach: [] }, until: 'welcome' } as const;

export const heartbeatScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'is never silent for longer than the interval',
    requirement: 'R-HEART-1',
    aside: true,
    async run(stage) {
      const alice = await stage.open('alice', idle);
      const { intervalMs, graceMs } = alice.welcome.heartbeat;
      const promisedMs = intervalMs + slackMs(intervalMs);
      for (let inTime = 0, late = 0; inTime < 2; ) {
        const since = Date.now();
        await alice.expect({ type: 'ping' }, { withinMs: promisedMs + graceMs });
        const waitedMs = Date.now() - since;
        if (waitedMs <= promisedMs) inTime++;
        else if (++late > excusedBeats) {
          throw new Unmet(
            `a \`ping\` after ${intervalMs} ms at most`,
            `it came after ${waitedMs} ms, and was late before`,
            alice.excerpt(),
          );
        }
      }
    },
  },
  {
    title: 'closes a silent peer with 4501, and not too early',
    requirement: 'R-HEART-3',
    aside: true,
    async run(stage) {
      // The relay counts from the hello, which it has not read before it is sent.
      const since = Date.now();
      const alice = await stage.open('alice', idle);
      alice.answersPings = false;
      const { intervalMs, graceMs } = alice.welcome.heartbeat;
      const patienceMs = intervalMs + graceMs;
      const { at } = await alice.closed(4501, {
        withinMs: patienceMs + intervalMs + stage.setting.timeoutMs,
      });
      if (at - since >= patienceMs - slackMs(patienceMs)) return;
      throw new Unmet(
        `a close after ${patienceMs} ms of silence`,
        `it came after ${at - since} ms`,
        alice.excerpt(),
      );
    },
  },
  {
    title: 'pings a peer that listens without a word, also while it speaks to it',
    requirement: 'R-HEART-3',
    aside: true,
    async run(stage) {
      const listener = await stage.open('alice');
      const speaker = await stage.open('alice 2');
      const { intervalMs, graceMs } = listener.welcome.heartbeat;
      const until = Date.now() + intervalMs + graceMs + slackMs(intervalMs + graceMs);
      for (let count = 0; Date.now() < until; count++) {
        await stage.say(speaker, { id: stage.variables.get(`id:ev${count}`) });
        await setTimeout(intervalMs / 3);
      }
      await listener.settle();
    },
  },
];
