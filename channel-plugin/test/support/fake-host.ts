import type { AttachedFiles } from '../../src/attached-files.ts';
import type { Admission, Host, Question, RunEvent, RunListener, RunResult } from '../../src/host-port.ts';

/** A run of the agent that a test plays itself. */
export interface PlayedRun {
  readonly question: Question;
  readonly listener: RunListener;
  readonly attached: AttachedFiles;
  /** Ends the run. */
  end(result?: RunResult): void;
  fail(error: Error): void;
}

/** Stands in for OpenClaw: admits as told, and hands each run to the test. */
export interface FakeHost extends Host {
  /** The next run that begins. */
  run(): Promise<PlayedRun>;
  /** What the agent was told of. */
  readonly notes: readonly string[];
  /** Who is admitted from now on. @default everybody */
  decide(decision: Exclude<Admission, { status: 'admitted' }> | undefined): void;
  /** Tells of a run. */
  tell(event: RunEvent): void;
  /** Sessions in which something runs, or will. */
  readonly busy: Set<string>;
  /** Sessions whose answer is on its way by itself. */
  readonly queued: Set<string>;
  /** What sessions were about to say, of which nothing was sent. */
  readonly unsent: Map<string, string>;
  /** Sessions that were stopped. */
  readonly stopped: string[];
}

export function createFakeHost(): FakeHost {
  const runs: PlayedRun[] = [];
  const waiting: ((run: PlayedRun) => void)[] = [];
  const watchers = new Set<(event: RunEvent) => void>();
  const busy = new Set<string>();
  const queued = new Set<string>();
  const unsent = new Map<string, string>();
  const stopped: string[] = [];
  const notes: string[] = [];
  let decision: Exclude<Admission, { status: 'admitted' }> | undefined;

  const begin = (question: Question, listener: RunListener, attached: AttachedFiles): Promise<RunResult> => {
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const run: PlayedRun = {
      question,
      listener,
      attached,
      end: (result = { outcome: 'completed' }) => resolve(result),
      fail: reject,
    };
    const next = waiting.shift();
    if (next === undefined) runs.push(run);
    else next(run);
    listener.signal.addEventListener('abort', () => resolve({ outcome: 'silent' }));
    return promise;
  };

  return {
    busy,
    queued,
    unsent,
    stopped,
    run: () => {
      const run = runs.shift();
      return run === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(run);
    },
    notes,
    note: (_, text) => void notes.push(text),
    decide(next) {
      decision = next;
    },
    tell(event) {
      for (const watcher of watchers) watcher(event);
    },
    watch(onRun) {
      watchers.add(onRun);
      return () => watchers.delete(onRun);
    },
    isBusy: (session) => busy.has(session),
    isAnswerQueued: (session) => queued.has(session),
    async claimAnswer(session) {
      const text = unsent.get(session);
      unsent.delete(session);
      return text;
    },
    async stop(session) {
      stopped.push(session);
    },
    async admit(question) {
      return (
        decision ?? {
          status: 'admitted',
          session: sessionOf(question.conversation, question.thread),
          run: (listener, attached) => begin(question, listener, attached),
        }
      );
    },
    commands: () => [{ name: 'status', description: 'Tells the status' }],
    isCommand: (content) => content.startsWith('/'),
  };
}

/** The session of a conversation, or of a thread in it. */
export const sessionOf = (conversation: string, thread?: string): string =>
  `session of ${conversation}${thread === undefined ? '' : `, thread ${thread}`}`;
