import { setTimeout as pause } from 'node:timers/promises';
import { createBook } from './book.ts';
import { type AgentName, type Defect, type FaultChain, type StoreName, startFaultChain } from './chain.ts';
import type { ExchangeEnd, LogFrame, Said } from './evidence.ts';
import { createInjector, type Struck } from './injector.ts';
import { drawMessages } from './messages.ts';
import { judge, type Violation } from './oracle.ts';
import { readLog } from './relay-log.ts';
import type { Fault } from './schedule.ts';

/** One run of the harness. */
export interface RunOptions {
  readonly seed: number;
  readonly messages: number;
  readonly store: StoreName;
  readonly agent: AgentName;
  readonly schedule: readonly Fault[];
  readonly defect?: Defect | undefined;
  /** How long nothing at all may be answered while all is up, in milliseconds. @default 60000, three times that with a Gateway */
  readonly patienceMs?: number;
  /** How long a blow waits for its step before it falls anyway, in milliseconds. @default 1500 */
  readonly stepPatienceMs?: number;
  /** How long views may take to settle, in milliseconds. @default 30000 */
  readonly settlingMs?: number;
  /** Called now and then. */
  readonly onProgress?: (sent: number, struck: number) => void;
}

/** What a run showed. */
export interface RunResult {
  /** Those that were sent: it ends early where nothing goes on any more. */
  readonly messages: number;
  readonly struck: readonly Struck[];
  readonly violations: readonly Violation[];
  /** Longest time from a blow until all that was said before it was answered on every client, in milliseconds. */
  readonly worstRecoveryMs: number;
  readonly durationMs: number;
}

/** Each has a client of every participant. */
const devices = ['device 1', 'device 2'];
/** Blows that may be due or under way before the next message is sent. */
const blowsAtOnce = 3;
/** A Gateway that was killed takes its time before it goes on with what it was about, in milliseconds. */
const patience: Record<AgentName, number> = { protocol: 60_000, gateway: 180_000 };

/** Sends messages through a chain while a schedule of faults falls on it, and judges what is left. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const {
    seed,
    messages,
    store,
    agent,
    schedule,
    defect,
    patienceMs = patience[agent],
    stepPatienceMs,
    settlingMs = 30_000,
  } = options;
  const startedAt = performance.now();
  // A relay takes two messages a second of each participant.
  const sources = Array.from(
    { length: Math.max(4, Math.ceil(messages / 100)) },
    (_, i) => `participant-${i + 1}`,
  );
  // A Gateway hands what is said meanwhile to the turn that runs, and answers both at once.
  const window = agent === 'gateway' ? 1 : 2;
  const said = drawMessages(seed, messages, agent, sources, devices);
  const exchanges: ExchangeEnd[] = [];
  const book = createBook(devices.length);

  let chain: FaultChain;
  const injector = createInjector(() => chain, schedule, stepPatienceMs);
  chain = await startFaultChain({
    store,
    agent,
    sources,
    devices,
    defect,
    listener: {
      onEnded: (device, events) => book.ended(device, events),
      onExchange: (device, id, outcome, text) => exchanges.push({ device, id, outcome, text }),
    },
    watch: (passing) => injector.see(passing),
  });
  try {
    let sent = 0;
    let goesOn = true;
    /** @returns Whether it came true, rather than that nothing went on any more. */
    const until = async (done: () => boolean): Promise<boolean> => {
      let [since, seen] = [performance.now(), book.progress];
      while (!done()) {
        if (performance.now() - since > patienceMs) return false;
        await pause(5);
        injector.tick();
        if (injector.busy > 0 || seen !== book.progress) [since, seen] = [performance.now(), book.progress];
      }
      return true;
    };
    for (const one of said) {
      goesOn = await until(() => book.open(one.source) < window && injector.busy <= blowsAtOnce);
      if (!goesOn) break;
      book.sent(one);
      chain.devices.find(({ name }) => name === one.device)!.send(one);
      injector.sent(++sent);
      options.onProgress?.(sent, injector.struck.length);
    }
    goesOn &&= await until(() => book.answered === sent);
    const { length } = injector.struck;
    await injector.finish();
    // Where nothing goes on any more, only another blow sets something going.
    if (goesOn || injector.struck.length > length) await until(() => book.complete === sent);
    const violations = await settledViolations(chain, said.slice(0, sent), exchanges, settlingMs);
    return {
      messages: sent,
      struck: injector.struck,
      violations,
      worstRecoveryMs: book.worstRecovery(injector.struck.map(({ at }) => at)),
      durationMs: performance.now() - startedAt,
    };
  } finally {
    await chain.stop();
  }
}

/** Judges again and again until nothing is wrong, or until it stays so. */
async function settledViolations(
  chain: FaultChain,
  said: readonly Said[],
  exchanges: readonly ExchangeEnd[],
  settlingMs: number,
): Promise<Violation[]> {
  const sources = new Set(said.map(({ source }) => source));
  for (const deadline = performance.now() + settlingMs; ; await pause(250)) {
    const logs = new Map<string, readonly LogFrame[]>();
    for (const source of sources) logs.set(source, await readLog(chain.relay.url, source));
    const views = (await Promise.all(chain.devices.map((device) => device.views()))).flat();
    const violations = judge({ said, logs, views, exchanges });
    if (violations.length === 0 || performance.now() > deadline) return violations;
  }
}
