import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StoredFrame, Waiting } from '../src/index.ts';
import { everything } from './support/appends.ts';
import { engineStore } from './support/engine-store.ts';
import { runProgram } from './support/program.ts';
import { random } from './support/random.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const program = fileURLToPath(new URL('./support/killed-store.ts', import.meta.url));
const path = temporaryFolder();
const conversations = ['alice', 'bob', 'carol'];

/** What one process said before it was killed. */
async function runAndKill(file: string, seed: number) {
  const running = await runProgram([program, file, String(seed)], {});
  const said = () => running.output().split('\n').slice(0, -1);
  const enough = 1 + random(seed)(40);
  while (said().length < enough) await once(running.child.stdout!, 'data');
  running.child.kill('SIGKILL');
  await once(running.child, 'close');
  const lines = said().map((line) => JSON.parse(line));
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
      const said = await runAndKill(file, seed);
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
});
