import { Worker } from 'node:worker_threads';
import { StoreError } from '../store-error.ts';
import type { SqliteEngine } from './engine.ts';
import type { Answer, Beginning, Fault, Operation, Request } from './exchange.ts';

/** How long a request that nobody is in a hurry for may wait for others, in milliseconds. */
const gatherMs = 2;

interface Pending {
  readonly request: Request;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The way to the thread of the database. One message is under way at a time; what is asked meanwhile goes with the next,
 * in the order of asking.
 */
export class SqliteThread {
  readonly #worker: Worker;
  #staged: Pending[] = [];
  #underWay: Pending[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #stagings = 0;
  #state: 'open' | 'closing' | 'ended' = 'open';

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answers: readonly Answer[]) => this.#settle(answers));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(undefined));
    worker.unref();
  }

  /** Starts the thread; resolves once the database is open. @throws {StoreError} If it cannot be had. */
  static async start(beginning: Beginning): Promise<SqliteThread> {
    const worker = new Worker(workerUrl, { workerData: beginning });
    // Asked for beforehand: the end of a thread may come in one go with its last message.
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const started = await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if ('fault' in started) {
      await exited;
      throw asError(started.fault);
    }
    return new SqliteThread(worker);
  }

  /** Changes whenever a request is staged, and when what is staged is on its way. */
  get stagings(): number {
    return this.#stagings;
  }

  /** Asks now. */
  ask<Name extends Operation>(
    name: Name,
    ...args: Parameters<SqliteEngine[Name]>
  ): Promise<ReturnType<SqliteEngine[Name]>> {
    const answer = this.#stage<Name>([name, ...args] as unknown as Request);
    this.#deliver();
    return answer;
  }

  /** Asks together with others. */
  askLater<Name extends Operation>(
    name: Name,
    ...args: Parameters<SqliteEngine[Name]>
  ): Promise<ReturnType<SqliteEngine[Name]>> {
    const answer = this.#stage<Name>([name, ...args] as unknown as Request);
    this.#gathering ??= setTimeout(() => this.#deliver(), gatherMs);
    return answer;
  }

  /** Closes the database after everything that was asked before; resolves once the thread has ended. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    const closed = this.ask('close');
    this.#state = 'closing';
    try {
      await closed;
    } finally {
      await exited;
    }
  }

  #stage<Name extends Operation>(request: Request): Promise<ReturnType<SqliteEngine[Name]>> {
    if (this.#state !== 'open') return Promise.reject(new StoreError('closed', 'The store was closed'));
    this.#stagings++;
    return new Promise((resolve, reject) => this.#staged.push({ request, resolve, reject }));
  }

  #deliver(): void {
    if (this.#underWay.length > 0 || this.#staged.length === 0) return;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#underWay = this.#staged;
    this.#staged = [];
    this.#stagings++;
    this.#worker.ref();
    this.#worker.postMessage(this.#underWay.map(({ request }) => request));
  }

  #settle(answers: readonly Answer[]): void {
    const answered = this.#underWay;
    this.#underWay = [];
    if (this.#state === 'open') this.#worker.unref();
    // The next ones are on their way before these are looked at.
    this.#deliver();
    for (const [i, { resolve, reject }] of answered.entries()) {
      const answer = answers[i]!;
      if ('fault' in answer) reject(asError(answer.fault));
      else resolve(answer.value as never);
    }
  }

  #end(cause: Error | undefined): void {
    this.#state = 'ended';
    clearTimeout(this.#gathering);
    const error = new StoreError('failed', 'The thread of the database ended', { cause });
    for (const { reject } of [...this.#underWay.splice(0), ...this.#staged.splice(0)]) reject(error);
  }
}

const asError = ({ code, message }: Fault): Error =>
  code === undefined ? new Error(message) : new StoreError(code, message);

/** Beside this file, both as a source and as it is packed. */
const workerUrl = new URL(
  `./sqlite-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
);
