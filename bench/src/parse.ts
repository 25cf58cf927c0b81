/**
 * `npm run bench:parse -w bench`: what reading an event of 300 bytes costs, validation included, as a multiple of bare
 * `JSON.parse` of the same text. Fails where the multiple is above its limit. A relay reads for everybody and has fast
 * validators; a client reads for one person and has small ones.
 */
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import { parseClientToRelay } from '@websocket-channel/protocol/relay';
import { judge, summarise } from './statistics.ts';

const rounds = 201;
const runsPerRound = 5_000;

const submitted = {
  type: 'event',
  id: '019a1b2c-3d4e-7f80-9123-456789abcdef',
  content: '',
  timestamp: 1_790_000_000_000,
  conversation: 'alice',
};
const delivered = {
  ...submitted,
  source: 'alice',
  epoch: '019a1b2c-3d4e-7f80-9123-456789abcdee',
  seq: 1234,
};

const cases = [
  { name: 'event, client to relay', text: ofBytes(300, submitted), parse: parseClientToRelay, atMost: 1.35 },
  { name: 'event, relay to client', text: ofBytes(300, delivered), parse: parseRelayToClient, atMost: 6 },
];

let missed = false;
for (const { name, text, parse, atMost } of cases) {
  if (parse(text).status !== 'frame') throw new Error(`${name}: the text is not a legal frame`);
  time(() => JSON.parse(text));
  time(() => parse(text));
  const ratios = Array.from({ length: rounds }, (_, round) => {
    // Taking turns at being first, so that neither profits from a warm cache.
    const first = round % 2 === 0 ? time(() => JSON.parse(text)) : 0;
    const parsed = time(() => parse(text));
    const bare = first || time(() => JSON.parse(text));
    return parsed / bare;
  });
  const summary = summarise(ratios);
  const verdict = judge(summary, atMost);
  if (verdict === 'missed') missed = true;
  const [q1, median, q3] = [summary.q1, summary.median, summary.q3].map((ratio) => ratio.toFixed(2));
  console.log(
    `${name}, ${Buffer.byteLength(text)} bytes: ${median} × JSON.parse (${q1}–${q3}), at most ${atMost}: ${verdict}`,
  );
}
process.exitCode = missed ? 1 : 0;

/** The text of an event whose content fills it up to a size. */
function ofBytes(bytes: number, event: typeof submitted): string {
  const words = 'Could you tell me where the order that I placed on Tuesday is? '.repeat(10);
  return JSON.stringify({ ...event, content: words.slice(0, bytes - JSON.stringify(event).length) });
}

/** CPU time of one round in microseconds: what else the machine does does not count. */
function time(task: () => unknown): number {
  const start = process.cpuUsage();
  for (let run = 0; run < runsPerRound; run++) task();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
