/** The thread of the database: it answers messages of requests, each with a message of answers. */
import { parentPort, workerData } from 'node:worker_threads';
import { isStoreError } from '../store-error.ts';
import { openDatabase, translated } from './database.ts';
import { SqliteEngine } from './engine.ts';
import type { Answer, Beginning, Request } from './exchange.ts';

/** How long what was received may wait for a commit to be written with, in milliseconds. */
const recordMs = 100;

const { file, bounds } = workerData as Beginning;
const port = parentPort!;
let recording: NodeJS.Timeout | undefined;

function attempt(action: () => unknown): Answer {
  try {
    return { value: translated(file, action) };
  } catch (error) {
    const code = isStoreError(error) ? error.code : undefined;
    return { fault: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

function answer(engine: SqliteEngine, [name, ...args]: Request): Answer {
  return attempt(() => (engine[name] as (...args: unknown[]) => unknown).apply(engine, args));
}

function serve(engine: SqliteEngine): void {
  port.on('message', (requests: readonly Request[]) => {
    const answers = requests.map((request) => answer(engine, request));
    const isLast = requests.some(([name]) => name === 'close');
    // What fails here fails again, and is told, when something is to be committed or swept.
    if (!isLast) attempt(() => engine.save());
    port.postMessage(answers);
    if (isLast) {
      clearTimeout(recording);
      port.close();
      return;
    }
    attempt(() => engine.maintain());
    if (!engine.isBehind || recording !== undefined) return;
    recording = setTimeout(() => {
      recording = undefined;
      attempt(() => engine.record());
    }, recordMs);
  });
}

const started = attempt(() => serve(new SqliteEngine(openDatabase(file), bounds)));
port.postMessage(started);
if ('fault' in started) port.close();
