import { describe, expect, it } from 'vitest';
import { createRelay, memoryFiles, memoryStore, type RelayOptions } from '../src/index.ts';
import { resolveOptions } from '../src/options.ts';
import { createSqliteStore } from '../src/sqlite.ts';
import { event, startRelay } from './support/running-relay.ts';

/** As a caller may write them who reads them from somewhere, and whose compiler lets it. */
const unset = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined])) as object;

describe('options that are named without a value', () => {
  it('are as if they were not named', () => {
    const files = { store: memoryFiles() };
    const options = (more: object): RelayOptions => ({ development: true, ...more });
    const {
      limits,
      heartbeat,
      drain,
      paths,
      helloTimeoutMs,
      files: keeps,
    } = resolveOptions(options({ files }));
    const named = resolveOptions(
      options({
        ...unset('helloTimeoutMs'),
        limits: { ...unset(...Object.keys(limits)), events: unset('burst') },
        heartbeat: unset('intervalMs', 'graceMs'),
        drain: unset('timeoutMs'),
        paths: unset('clients'),
        files: { ...unset('url', 'types', 'maxBytes', 'uploads'), ...files },
      }),
    );
    expect(named).toMatchObject({ limits, heartbeat, drain, paths, helloTimeoutMs });
    expect(named.files).toEqual(keeps);
  });

  it('are as if they were not named, among the bounds of a store', async () => {
    const store = memoryStore(unset('frames', 'size', 'totalSize', 'mailbox', 'conversations'));
    const relay = await startRelay({ store });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.awaitFrame('ack');
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    expect(await reader.nextFrame()).toMatchObject({ type: 'event', id: 'ev1' });
  });
});

describe('numbers that are none', () => {
  it.each([
    [{ limits: { connections: Number.NaN } }, 'limits.connections'],
    [{ limits: { attachments: '256' } }, 'limits.attachments'],
    [{ limits: { events: { burst: -1, perMs: 1000 } } }, 'limits.events.burst'],
    [{ heartbeat: { intervalMs: Number.NaN } }, 'heartbeat.intervalMs'],
    [{ sweepIntervalMs: -1 }, 'sweepIntervalMs'],
  ])('are refused among the options of a relay: %j', (options, name) => {
    expect(() => createRelay({ development: true, ...(options as object) })).toThrow(
      new TypeError(`createRelay: ${name} must be a number of at least 0`),
    );
  });

  it.each(['frameBytes', 'contentLength'])('are refused among the options of a relay: a half %s', (name) => {
    expect(() => createRelay({ development: true, limits: { [name]: 2000.5 } })).toThrow(
      new RegExp(`^createRelay: limits.${name} must be a whole number from `),
    );
  });

  it.each([
    [Number.NaN, 'a number of at least 0'],
    [1.5, 'a whole number'],
  ])('are refused among the bounds of a store: %d', async (frames, wanted) => {
    expect(() => memoryStore({ frames })).toThrow(new TypeError(`memoryStore: frames must be ${wanted}`));
    await expect(createSqliteStore({ file: 'never-made.db', frames })).rejects.toThrow(
      new TypeError(`createSqliteStore: frames must be ${wanted}`),
    );
  });
});
