import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHandledEvents, type HandledEvents } from '../src/handled-events.ts';

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'handled-events-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'deep', 'events.log');
}

async function reopen(file: string, limit?: number): Promise<HandledEvents> {
  const events = createHandledEvents(file, limit);
  await events.ready;
  return events;
}

const known = (events: HandledEvents, keys: string): string =>
  [...keys].filter((key) => events.has(key)).join('');

describe('handled events', () => {
  it('are known at once, and after a restart', async () => {
    const file = await newFile();
    const events = await reopen(file);
    const added = Promise.all([events.add('a'), events.add('b')]);
    await events.ready;
    await Promise.resolve();
    expect(known(events, 'abc')).toBe('ab');
    await added;
    expect(known(await reopen(file), 'abc')).toBe('ab');
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('are written once', async () => {
    const file = await newFile();
    const events = await reopen(file);
    await Promise.all([events.add('a'), events.add('a')]);
    await events.add('a');
    expect(await readFile(file, 'utf8')).toBe('a\n');
  });

  it('are forgotten beyond the limit, the oldest first', async () => {
    const file = await newFile();
    const events = await reopen(file, 3);
    for (const key of 'abc') await events.add(key);
    expect(known(events, 'abcd')).toBe('abc');
    await events.add('d');
    expect(known(events, 'abcd')).toBe('bcd');
    expect(known(await reopen(file, 3), 'abcd')).toBe('bcd');
  });

  it('take a file of bounded size', async () => {
    const file = await newFile();
    const events = await reopen(file, 3);
    for (const key of 'abcdefghijklmnop') await events.add(key);
    expect((await readFile(file, 'utf8')).split('\n').length).toBeLessThanOrEqual(7);
    expect(known(await reopen(file, 3), 'abcdefghijklmnop')).toBe('nop');
  });

  it('survive a line that a crash cut short', async () => {
    const file = await newFile();
    await (await reopen(file)).add('a');
    await appendFile(file, 'cut');
    const events = await reopen(file);
    expect(events.has('cut')).toBe(false);
    await events.add('b');
    expect(await readFile(file, 'utf8')).toBe('a\nb\n');
    await events.add('c');
    expect(known(await reopen(file), 'abc')).toBe('abc');
  });

  it('tell when they cannot be written, and go on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'handled-events-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const events = await reopen(folder);
    await expect(events.add('a')).rejects.toThrow(/EISDIR/);
    expect(events.has('a')).toBe(true);
  });
});
