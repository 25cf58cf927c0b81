/**
 * `npm run bench:storm -w bench`: how long it takes until everybody is back and has the replies that came meanwhile. Fails
 * where that is more than twice what a bare `ws` server needs to accept as many, or more than Socket.IO needs.
 */
import { type Crowd, type Hear, openReaders, openSessions, openStrangers } from './crowd.ts';
import { type Progress, startProgress } from './load.ts';
import type { RawSocket } from './raw-socket.ts';
import { startRelay } from './relay-process.ts';
import { judge, type Summary, summarise } from './statistics.ts';

const rounds = 5;
const crowd = 5000;
const missed = 5;

/** Handshakes under way at once: a listening socket of Node has room for 511, and who finds none tries again a second later. */
const doors = 256;

interface Contestant {
  readonly name: string;
  readonly program: string;
  readonly open: (port: number, hear: Hear) => Promise<Crowd>;
  readonly clients: number;
  /** Replies that each of them misses; with none it hears one message of the server when it comes. */
  readonly missed: number;
}

const floor = 'bare ws, 1 message';
const rival = 'socket.io, recovery';
const contestants: readonly Contestant[] = [
  { name: floor, program: 'greeting', open: openStrangers, clients: crowd, missed: 0 },
  { name: 'sdk-relay', program: 'sdk-relay', open: openReaders, clients: crowd, missed },
  { name: 'sdk-relay, SQLite', program: 'sdk-relay-sqlite', open: openReaders, clients: crowd, missed },
  // It looks at all packets that it keeps for each client that comes back, so that fewer clients are in its favour.
  { name: rival, program: 'socket-io-recovery', open: openSessions, clients: crowd / 5, missed },
];

/** Of one contestant in one round, for each client, in microseconds. */
interface Measured {
  readonly wallUs: number;
  readonly cpuUs: number;
  /** CPU of the relay when they all came for the first time. */
  readonly arrivalCpuUs: number;
}

/** In a relay of its own: everybody comes, hears something and goes; misses the rest; and comes back for it. */
async function storm({ program, open, clients, missed }: Contestant): Promise<Measured> {
  const relay = await startRelay(program);
  const heard = Array<number>(clients).fill(0);
  let underWay = 0;
  let progress: Progress | undefined;
  const crowd = await open(relay.port, (n, content) => {
    const index = heard[n] as number;
    if (missed > 0 && content !== text(n, index))
      throw new Error(`Client ${n}: came "${content}" as ${index}`);
    heard[n] = index + 1;
    progress?.done(1);
    if (--underWay === 0) progress?.finish();
  });
  /** @param messages How many each client is to hear while its connection is opened or after that. */
  const expect = (messages: number) => {
    underWay = messages * clients;
    progress = startProgress(0, () => `${underWay} messages are missing`);
    return progress.finished;
  };
  const say = (index: number) => {
    for (let n = 0; n < clients; n++) crowd.say(n, text(n, index));
  };

  const first = expect(1);
  const used = await relay.cpuUs();
  const visitors = await enterAll(crowd, clients);
  const arrivalCpuUs = ((await relay.cpuUs()) - used) / clients;
  if (missed > 0) say(0);
  await first;
  await Promise.all(visitors.map((socket) => socket.close()));
  for (let index = 1; index <= missed; index++) say(index);
  await crowd.settled();

  const back = expect(Math.max(missed, 1));
  const cpuUs = await relay.cpuUs();
  const returned = await enterAll(crowd, clients);
  const { wallMs } = await back;
  const usedUs = (await relay.cpuUs()) - cpuUs;
  await Promise.all([...returned.map((socket) => socket.close()), crowd.close()]);
  await relay.stop();
  return { wallUs: (wallMs * 1000) / clients, cpuUs: usedUs / clients, arrivalCpuUs };
}

async function enterAll(crowd: Crowd, clients: number): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  let next = 0;
  const door = async () => {
    while (next < clients) sockets.push(await crowd.enter(next++));
  };
  await Promise.all(Array.from({ length: doors }, door));
  return sockets;
}

const text = (n: number, index: number): string =>
  `${n}, ${index}: The quick brown fox jumps over the lazy dog.`;

const measured = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  const order = round % 2 === 0 ? contestants : [...contestants].reverse();
  for (const contestant of order) measured.get(contestant.name)?.push(await storm(contestant));
}

const of = (name: string, value: (one: Measured) => number): number[] =>
  (measured.get(name) ?? []).map(value);
const wallOf = (name: string): number[] => of(name, ({ wallUs }) => wallUs);
const ratio = (name: string, other: string): Summary => {
  const theirs = wallOf(other);
  return summarise(wallOf(name).map((wallUs, round) => wallUs / (theirs[round] as number)));
};
const range = ({ median, q1, q3 }: Summary): string =>
  `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`;

console.log(
  `A storm of reconnects, ${missed} replies missed by each: median (quartiles) of n = ${rounds} rounds, µs for each client\n`,
);
console.log(
  `| relay | clients | µs until all is there | µs CPU | µs CPU to come first | × ${floor} | × ${rival} |\n|---|---|---|---|---|---|---|`,
);
for (const { name, clients } of contestants) {
  const wall = range(summarise(wallOf(name)));
  const cpu = range(summarise(of(name, ({ cpuUs }) => cpuUs)));
  const arrival = range(summarise(of(name, ({ arrivalCpuUs }) => arrivalCpuUs)));
  console.log(
    `| ${name} | ${clients} | ${wall} | ${cpu} | ${arrival} | ${range(ratio(name, floor))} | ${range(ratio(name, rival))} |`,
  );
}
console.log();
for (const { name } of contestants.filter(({ program }) => program.startsWith('sdk-relay'))) {
  const verdicts = [judge(ratio(name, floor), 2), judge(ratio(name, rival), 1)] as const;
  console.log(`${name}: ≤ 2 × ${floor}: ${verdicts[0]}; ≤ 1 × ${rival}: ${verdicts[1]}`);
  if (verdicts.includes('missed')) process.exitCode = 1;
}
