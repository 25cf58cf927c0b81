/**
 * `npm run bench:slow -w bench`: what readers that take one byte a second cost a relay. Fails where it holds more for each
 * than it says, where it does not close them, or where it keeps what it held for them. Others in their conversation hear
 * everything, in order.
 */
import { setTimeout } from 'node:timers/promises';
import { mintId } from '@websocket-channel/protocol';
import { sdkRelay } from './dialects/sdk-relay.ts';
import { conversationName } from './load.ts';
import { startRemembering } from './memory-process.ts';
import { openSlowSocket } from './slow-socket.ts';

const slow = 8;
const quick = 4;

/** `bufferedBytes` of a relay, at its default. */
const bufferedBytes = 1024 * 1024;

/** What the connection itself takes, and one chunk that may be added before the bound is looked at, in bytes. */
const besides = 256 * 1024;

/** For each when they are gone, in bytes. */
const keptAtMost = 64 * 1024;

const replyLength = 16 * 1024;
const repliesPerStep = 16;
/** The log gets to its bound in these, before anybody is slow. */
const stepsBefore = 12;
/** Of traffic with slow readers: 16 MiB for each, more than the kernel takes for one. */
const stepsDuring = 64;

const relay = await startRemembering('memory');
const conversation = conversationName(0);
const agent = await sdkRelay.openAgent(relay.port, {
  event() {
    throw new Error('An event came that nobody submitted');
  },
});

let said = 0;
let unheard = 0;
let allHeard = () => {};
const text = (n: number) => `${n} `.padEnd(replyLength, 'x');
const readers = await Promise.all(
  Array.from({ length: quick }, () => {
    let heard = 0;
    return sdkRelay.openClient(relay.port, conversation, {
      reply(content) {
        if (content !== text(heard)) throw new Error(`Came reply "${content.slice(0, 9)}" as ${heard}`);
        heard++;
        if (--unheard === 0) allHeard();
      },
      delta() {
        throw new Error('A delta came that nobody sent');
      },
    });
  }),
);

/** Says something, waits until all quick readers have heard it. @returns What the relay holds then. */
async function step() {
  const heard = new Promise<void>((resolve) => {
    allHeard = resolve;
  });
  unheard = repliesPerStep * quick;
  for (let i = 0; i < repliesPerStep; i++) agent.reply(conversation, mintId(), text(said++));
  await heard;
  return relay.held();
}

const before: number[] = [];
for (let i = 0; i < stepsBefore; i++) before.push((await step()).heldBytes);
const base = Math.min(...before.slice(-3));

const slowOnes = await Promise.all(
  Array.from({ length: slow }, () => openSlowSocket(relay.port, conversation)),
);
let peak = 0;
let closed = 0;
let closedAt = 0;
for (let i = 0; i < stepsDuring; i++) {
  const { heldBytes, closedAsSlow } = await step();
  peak = Math.max(peak, (heldBytes - base) / slow);
  if (closedAt === 0 && closedAsSlow === slow) closedAt = (i + 1) * repliesPerStep * replyLength;
  closed = closedAsSlow;
}

// A connection that does not answer its close is destroyed 5 s later.
let after = peak;
for (let i = 0; i < 10 && after > keptAtMost; i++) {
  await setTimeout(1000);
  after = ((await step()).heldBytes - base) / slow;
}
for (const one of slowOnes) one.close();
for (const one of readers) one.close();
agent.close();
await relay.stop();

const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
function verdict(isMet: boolean): string {
  if (!isMet) process.exitCode = 1;
  return isMet ? 'met' : 'missed';
}
const atMost = bufferedBytes + besides;
console.log(
  `${slow} readers of one byte a second beside ${quick} quick ones, ${said} replies of ${kib(replyLength)}`,
);
console.log(`  held for each at most ${kib(peak)}, ≤ ${kib(atMost)}: ${verdict(peak <= atMost)}`);
console.log(
  `  closed with 4508: ${closed} of ${slow}, the last by ${kib(closedAt)}: ${verdict(closed === slow)}`,
);
console.log(
  `  held for each when all are gone ${kib(after)}, ≤ ${kib(keptAtMost)}: ${verdict(after <= keptAtMost)}`,
);
console.log(`  nothing lost or out of order for the quick ones`);
