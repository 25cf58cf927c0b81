import { type Random, random } from './random.ts';
import { type Direction, type Link, type Step, steps } from './steps.ts';

/** A process of the chain. */
export type Hop = 'client' | 'relay' | 'agent';

/** What is done to the chain. Times are milliseconds. */
export type Blow =
  /** SIGKILL, and a new start later. */
  | { readonly kind: 'kill'; readonly hop: Hop; readonly downMs: number }
  /** SIGSTOP, and SIGCONT later. */
  | { readonly kind: 'freeze'; readonly hop: Hop; readonly forMs: number }
  /** A reset of the connection, in the middle of a frame or between two. */
  | { readonly kind: 'cut'; readonly link: Link; readonly midFrame: boolean }
  /** An end of one direction only; the other one goes on until its owner ends it too. */
  | { readonly kind: 'half-close'; readonly link: Link; readonly direction: Direction }
  | { readonly kind: 'delay'; readonly link: Link; readonly direction: Direction; readonly forMs: number }
  /** A network that carries nothing in either direction, then resets the connection. */
  | { readonly kind: 'black-hole'; readonly link: Link; readonly forMs: number }
  /** The next frames of both directions arrive twice. */
  | { readonly kind: 'duplicate'; readonly link: Link; readonly frames: number }
  /** The relay can write no more to its disk. */
  | { readonly kind: 'full-disk'; readonly forMs: number };

/** One blow, and when it falls. */
export interface Fault {
  readonly number: number;
  /** How many messages were sent before it is due. */
  readonly after: number;
  /** Falls when the next message passes this step; absent: at once. */
  readonly step: Step | undefined;
  /** Before the frame that is the step goes on, or that many milliseconds after it did. */
  readonly moment: 'before' | number;
  /** Chooses among several clients or connections. */
  readonly choice: number;
  readonly blow: Blow;
}

/** What a schedule is drawn for. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly messages: number;
  /** How many blows are kills. */
  readonly kills: number;
  /** How many blows are none. */
  readonly others: number;
  /** Processes that may be killed or frozen. */
  readonly hops: readonly Hop[];
  /** Every so many kills of processes one is of the agent, where its start takes long. @default as often as the others */
  readonly agentEvery?: number;
  /** Whether the relay's store is on a disk that can be full. */
  readonly disk: boolean;
  /** Whether some interruptions last longer than a heartbeat allows. */
  readonly long: boolean;
}

/** How long an interruption takes that the heartbeats notice, in milliseconds: more than their interval and grace. */
const longMs = 27_000;
const longEvery = 40;

/**
 * Draws the blows of a run: pure, the same for the same options. Kills meet every pair of process and step, in a random
 * order, before any pair comes again.
 */
export function drawSchedule(options: ScheduleOptions): Fault[] {
  const chance = random(options.seed);
  const blows = [...kills(options, chance), ...others(options, chance)];
  const times = blows.map(() => chance.below(options.messages)).toSorted((a, b) => a - b);
  return chance.shuffled(blows).map(({ step, blow }, index) => ({
    number: index + 1,
    after: times[index]!,
    step,
    moment: chance.pick(['before', 'before', 'before', 0, 1, 3, 8] as const),
    choice: chance.below(1000),
    blow,
  }));
}

interface Drawn {
  readonly step: Step | undefined;
  readonly blow: Blow;
}

/** `undefined` stands for a random point. */
const points: readonly (Step | undefined)[] = [...steps, undefined, undefined];

function kills({ kills: count, hops, agentEvery }: ScheduleOptions, chance: Random): Drawn[] {
  const pairs = hops.flatMap((hop) => points.map((step) => ({ hop, step })));
  let bag: typeof pairs = [];
  const draw = (): (typeof pairs)[number] => {
    if (bag.length === 0) bag = chance.shuffled(pairs);
    return bag.pop()!;
  };
  return Array.from({ length: count }, (_, index) => {
    let { hop, step } = draw();
    if (agentEvery !== undefined) {
      while (hop === 'agent') ({ hop, step } = draw());
      if (index % agentEvery === agentEvery - 1) hop = 'agent';
    }
    return { step, blow: { kind: 'kill', hop, downMs: chance.pick([0, 20, 100, 400, 1000]) } };
  });
}

function others({ others: count, hops, disk, long }: ScheduleOptions, chance: Random): Drawn[] {
  const kinds = [
    'freeze',
    'cut',
    'cut',
    'half-close',
    'delay',
    'black-hole',
    'duplicate',
    ...(disk ? (['full-disk'] as const) : []),
  ] as const;
  return Array.from({ length: count }, (_, index) => ({
    step: chance.pick(points),
    blow: other(kinds[index % kinds.length]!, long && index % longEvery === 0, hops, chance),
  }));
}

function other(
  kind: Exclude<Blow['kind'], 'kill'>,
  isLong: boolean,
  hops: readonly Hop[],
  chance: Random,
): Blow {
  const forMs = isLong ? longMs : chance.pick([20, 50, 200, 600, 1500]);
  const link = chance.pick(['client', 'agent'] as const);
  const direction = chance.pick(['to-relay', 'from-relay'] as const);
  switch (kind) {
    case 'freeze':
      return { kind, hop: chance.pick(hops), forMs };
    case 'cut':
      return { kind, link, midFrame: chance.below(2) === 0 };
    case 'half-close':
      return { kind, link, direction };
    case 'delay':
      return { kind, link, direction, forMs };
    case 'black-hole':
      return { kind, link, forMs };
    case 'duplicate':
      return { kind, link, frames: chance.between(1, 40) };
    case 'full-disk':
      return { kind, forMs: Math.min(forMs, 1500) };
  }
}

/** A fault in words, for whoever reads a failure. */
export function describeFault({ number, after, step, moment, blow }: Fault): string {
  const offset = moment === 'before' ? 'before' : `${moment} ms after`;
  const when = step === undefined ? 'at once' : `${offset} "${step}"`;
  const { kind, ...more } = blow;
  const about = Object.entries(more).map(([name, value]) => `${name}=${value}`);
  return `#${number} after ${after} messages, ${when}: ${kind} ${about.join(' ')}`;
}
