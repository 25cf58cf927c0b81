/**
 * `npm run bench:memory -w bench`: what a relay holds through a day of traffic. Fails where it grows after
 * all logs have reached their bounds.
 */

import { fullAfter, hours, liveDay } from './day.ts';
import { startRemembering } from './memory-process.ts';

/** How much more may be held at most in the last half of the full hours than in the first. */
const growthAtMost = 1.05;

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
let failed = false;
function verdict(isMet: boolean): string {
  if (!isMet) failed = true;
  return isMet ? 'met' : 'missed';
}

for (const store of ['memory', 'sqlite'] as const) {
  const relay = await startRemembering(store);
  const day = await liveDay(relay);
  console.log(`${store}: MiB held at the end of each of ${hours} hours, and resident`);
  console.log(`  ${day.map(({ heldBytes }) => mib(heldBytes)).join(' ')}`);
  console.log(`  ${day.map(({ residentBytes }) => mib(residentBytes)).join(' ')}`);
  const full = day.slice(fullAfter);
  const middle = Math.floor(full.length / 2);
  const most = (part: typeof day) => Math.max(...part.map(({ heldBytes }) => heldBytes));
  const growth = most(full.slice(middle)) / most(full.slice(0, middle));
  const flat = verdict(growth <= growthAtMost);
  console.log(
    `  hours ${fullAfter + middle + 1} to ${hours} hold ${growth.toFixed(3)} × what hours ${fullAfter + 1} to ${fullAfter + middle} do, at most ${growthAtMost}: ${flat}`,
  );
  await relay.stop();
}
process.exitCode = failed ? 1 : 0;
