import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

/** What timers and networks may add to a time that was promised. */
const slackMs = (promisedMs: number): number => 250 + promisedMs * 0.1;

/** Without signals, an idle conversation has nothing but pings. */
const quiet = { capabilities: [] };

export const heartbeatScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'is never silent for longer than the interval',
    requirement: 'R-HEART-1',
    aside: true,
    async run(stage) {
      const alice = await stage.open('alice', { with: quiet });
      const { intervalMs } = alice.welcome.heartbeat;
      for (let beat = 0; beat < 2; beat++) {
        await alice.expect({ type: 'ping' }, { withinMs: intervalMs + slackMs(intervalMs) });
      }
    },
  },
  {
    title: 'closes a silent peer with 4501, and not too early',
    requirement: 'R-HEART-3',
    aside: true,
    async run(stage) {
      const alice = await stage.open('alice', { with: quiet });
      alice.answersPings = false;
      const { intervalMs, graceMs } = alice.welcome.heartbeat;
      const since = Date.now();
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
];
