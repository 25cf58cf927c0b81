import { once } from 'node:events';
import { closeSync, openSync, readSync, statSync, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StoredFrame, Waiting } from '../src/index.ts';
import { everything } from './support/appends.ts';
import { engineStore } from './support/engine-store.ts';
import { type Program, runProgram } from './support/program.ts';
import { random } from './support/random.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const program = fileURLToPath(new URL('./support/killed-store.ts', import.meta.url));
const path = temporaryFolder();
const conversations = ['alice', 'bob', 'carol'];

const linesOf = (running: Program) => running.output().split('\n').slice(0, -1);

/** @returns What one process said before it was killed. @param moment Resolves when it is to be killed. */
async function runAndKill(file: string, seed: number, moment: (running: Program) => Promise<unknown>) {
  const running = await runProgram([program, file, String(seed)], {});
  await moment(running);
  running.child.kill('SIGKILL');
  await once(running.child, 'close');
  const lines = linesOf(running).map((line) => JSON.parse(line));
  return {
    stored: lines.flatMap(({ stored }) => stored ?? []) as [string, string, string, number][],
    received: lines.flatMap(({ received }) => received ?? []) as string[],
  };
}

function contentOf(file: string) {
  const store = engineStore(file, { frames: 1e6 });
  const logs = new Map<string, { type: string; id: string; seq: number }[]>();
  for (const name of conversations) {
    const state = store.open(name) as { first: number; last: number };
    const frames = (store.after(name, 0, everything) as StoredFrame[]).map(({ text }) => JSON.parse(text));
    expect([state.first, frames.length]).toEqual([1, state.last]);
    logs.set(name, frames);
  }
  const waiting = (store.waiting('default', 0, everything) as Waiting[]).map(({ id }) => id);
  store.close();
  return { logs, waiting };
}

describe('a SQLite store that is killed', () => {
  it('has everything that it acknowledged, once and in its place', async () => {
    const file = path('killed.db');
    const acknowledged: [string, string, string, number][] = [];
    const received = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const enough = 1 + random(seed)(40);
      const said = await runAndKill(file, seed, async (running) => {
        while (linesOf(running).length < enough) await once(running.child.stdout!, 'data');
      });
      expect(said.stored.length, `seed ${seed} acknowledged nothing`).toBeGreaterThan(0);
      acknowledged.push(...said.stored);
      for (const id of said.received) received.add(id);
      const { logs, waiting } = contentOf(file);
      for (const frames of logs.values()) {
        expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => i + 1));
        expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length);
      }
      const missing = acknowledged.filter(([name, type, id, seq]) => {
        const frame = logs.get(name)![seq - 1];
        return frame?.id !== id || frame.type !== type;
      });
      expect(missing, `seed ${seed}`).toEqual([]);
      const still = new Set(waiting);
      const events = acknowledged.filter(([, type]) => type === 'event').map(([, , id]) => id);
      expect(events.filter((id) => received.has(id) && still.has(id))).toEqual([]);
      expect(still.size).toBe(waiting.length);
    }
    expect(received.size).toBeGreaterThan(0);
  }, 60_000);

  it('has it also if it was bringing its log into the file', async () => {
    const file = path('checkpoint.db');
    const acknowledged: [string, string, string, number][] = [];
    let torn = 0;
    for (let seed = 1; seed <= 20 && torn < 2; seed++) {
      // Until then it writes to its log alone.
      const { stored } = await runAndKill(file, seed, () => {
        const watcher = watch(file);
        return once(watcher, 'change').finally(() => watcher.close());
      });
      acknowledged.push(...stored);
      if (statSync(file).size < sizeTold(file)) torn++;
      const { logs } = contentOf(file);
      const missing = acknowledged.filter(([name, , id, seq]) => logs.get(name)![seq - 1]?.id !== id);
      expect(missing, `seed ${seed}`).toEqual([]);
    }
    expect(torn).toBe(2);
  }, 120_000);
});

/** Bytes that the file has, as its first page says. */
function sizeTold(file: string): number {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, header);
  closeSync(descriptor);
  return header.readUInt16BE(16) * header.readUInt32BE(28);
}
