import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Append, Store } from '../src/index.ts';
import { createSqliteStore, isStoreError, StoreError } from '../src/sqlite.ts';
import { openDatabase, pageBytes, pragma } from '../src/store/sqlite/database.ts';
import { inspect } from '../src/store/sqlite/inspect.ts';
import { applicationId, migrations } from '../src/store/sqlite/schema.ts';
import { isSupported } from '../src/store/sqlite/sqlite-store.ts';
import { append, everything } from './support/appends.ts';
import { engineStore } from './support/engine-store.ts';
import { runProgram } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();

const refusal = async (file: string): Promise<StoreError> => {
  try {
    await (await createSqliteStore({ file })).close();
  } catch (error) {
    if (isStoreError(error)) return error;
    throw error;
  }
  throw new Error('the file was not refused');
};

async function fill(store: Store, ...batch: Append[]): Promise<void> {
  for (const { conversation } of batch) await store.open(conversation, 'default');
  await store.commit(batch);
}

async function filled(name: string, ...batch: Append[]): Promise<string> {
  const file = path(name);
  const store = await createSqliteStore({ file });
  await fill(store, ...batch);
  await store.close();
  return file;
}

const execute = (file: string, sql: string): void => {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
};

describe('a SQLite store opened again', () => {
  it('has its logs, mailboxes and known ids, under the same epochs', async () => {
    const file = path('again.db');
    const first = await createSqliteStore({ file });
    await fill(first, append('alice', 'a1'), append('bob', 'b1'), append('alice', 'a2', 'reply'));
    await first.received('default', 'alice', ['a1']);
    const [alice, frames] = [await first.open('alice'), await first.after('alice', 0, everything)];
    await first.close();
    const second = await createSqliteStore({ file });
    expect(await second.open('alice')).toEqual(alice);
    expect(await second.after('alice', 0, everything)).toEqual(frames);
    expect(await second.waiting('default', 0, everything)).toMatchObject([{ conversation: 'bob', id: 'b1' }]);
    expect(await second.commit([append('alice', 'a1'), append('alice', 'a3')])).toMatchObject([
      { status: 'duplicate', frame: { seq: 1 } },
      { status: 'accepted', frame: { seq: 3 } },
    ]);
    await second.close();
  });

  it('has everything after a crash in the middle of bringing its log into the file', async () => {
    const file = await filled('checkpoint.db', append('alice', 'a1'));
    const store = await createSqliteStore({ file });
    const ids = Array.from({ length: 100 }, (_, index) => `r${index}`);
    await fill(store, ...ids.map((id) => append('alice', id, 'reply', 'x'.repeat(5000))));
    const crashed = path('crashed.db');
    for (const part of ['', '-wal']) copyFileSync(file + part, crashed + part);
    await store.close();
    // The page that comes first tells of more pages than the file has yet.
    const first = readFileSync(file).subarray(0, pageBytes);
    writeFileSync(crashed, Buffer.concat([first, readFileSync(crashed).subarray(pageBytes)]));
    expect(statSync(crashed).size).toBeLessThan(statSync(file).size);
    const again = await createSqliteStore({ file: crashed });
    const frames = (await again.after('alice', 0, everything)).map(({ text }) => JSON.parse(text).id);
    expect(frames).toEqual(['a1', ...ids]);
    await again.close();
  });

  it('goes on in a file whose pages have another size', async () => {
    const file = await filled('pages.db', append('alice', 'a1'));
    execute(file, 'PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM');
    const store = await createSqliteStore({ file });
    await fill(store, append('alice', 'a2'));
    expect(await store.after('alice', 0, everything)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    await store.close();
    const sizes = [file, await filled('new-pages.db')].map((one) => {
      const database = new DatabaseSync(one, { readOnly: true });
      const size = pragma(database, 'page_size');
      database.close();
      return size;
    });
    expect(sizes).toEqual([4096, pageBytes]);
  });

  it('tells of the events that expired while nobody ran', async () => {
    const file = await filled('expired.db', append('alice', 'a1'));
    const store = await createSqliteStore({ file, mailboxAgeMs: 1000 });
    expect(await store.sweep(Date.now() + 2000)).toEqual([
      { agent: 'default', conversation: 'alice', events: ['a1'] },
    ]);
    await store.close();
  });

  it('gives up by age what a clock dated to the future', async () => {
    const file = await filled('future.db', append('alice', 'a1', 'reply'));
    execute(file, 'UPDATE blocks SET at = at + 1e12');
    const store = await createSqliteStore({ file, ageMs: 1000 });
    const now = Date.now();
    await store.sweep(now);
    expect(await store.open('alice')).toMatchObject({ first: 1, last: 1 });
    await store.sweep(now + 2000);
    expect(await store.open('alice')).toMatchObject({ first: 2, last: 1 });
    await store.close();
  });

  it('answers that it is closed once it is', async () => {
    const store = await createSqliteStore({ file: path('closed.db') });
    await Promise.all([store.close(), store.close()]);
    await expect(store.open('alice')).rejects.toMatchObject({ code: 'closed', retryable: false });
    await store.close();
  });

  it('answers everything that was asked before it is closed', async () => {
    const store = await createSqliteStore({ file: path('closing.db') });
    await store.open('alice', 'default');
    const asked = [store.commit([append('alice', 'a1')]), store.received('default', 'alice', ['a1'])];
    await store.close();
    expect(await Promise.all(asked)).toMatchObject([[{ status: 'accepted' }], ['a1']]);
  });
});

describe('a SQLite store refuses', () => {
  it('a file that another store has open, in this process or another', async () => {
    const file = path('locked.db');
    const store = await createSqliteStore({ file });
    const error = await refusal(file);
    expect(error).toMatchObject({ code: 'in_use', retryable: true });
    expect(error.message).toBe(`${file} is in use: one relay at a time can have it`);
    const opener = path('opener.mjs');
    writeFileSync(
      opener,
      `import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';
      await createSqliteStore({ file: ${JSON.stringify(file)} }).catch(({ code }) => console.log(code));
      setInterval(() => {}, 1000);`,
    );
    expect((await runProgram([opener], {})).output()).toBe('in_use\n');
    await fill(store, append('alice', 'a1'));
    expect(await store.after('alice', 0, everything)).toHaveLength(1);
    await store.close();
    await (await createSqliteStore({ file })).close();
  });

  it('a file of a newer version, and leaves it as it is', async () => {
    const file = await filled('newer.db', append('alice', 'a1'));
    execute(file, `PRAGMA user_version = ${migrations.length + 1}`);
    const before = readFileSync(file);
    const error = await refusal(file);
    expect(error).toMatchObject({ code: 'newer', retryable: false });
    expect(error.message).toContain(`is of version ${migrations.length + 1}`);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('a file of a newer version even if only its log tells so', async () => {
    const [file, live] = [path('newer-log.db'), path('live.db')];
    const database = openDatabase(live);
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    for (const suffix of ['', '-wal']) copyFileSync(live + suffix, file + suffix);
    database.close();
    expect(await refusal(file)).toMatchObject({ code: 'newer' });
  });

  it.each([
    ['that is no database', (file: string) => writeFileSync(file, 'a diary\n'.repeat(100))],
    ['that is too short', (file: string) => writeFileSync(file, 'SQLite')],
    ['of a program unknown', (file: string) => execute(file, 'CREATE TABLE diary (day)')],
    [
      'of another program',
      (file: string) => execute(file, 'PRAGMA application_id = 7; CREATE TABLE diary (day)'),
    ],
  ])('a file %s, and leaves it as it is', async (name, make) => {
    const file = path(`${name}.db`);
    make(file);
    const before = readFileSync(file);
    expect(await refusal(file)).toMatchObject({ code: 'foreign' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it.each([
    ['20.20.0', false],
    ['22.14.9', false],
    ['22.15.0', true],
    ['23.9.0', false],
    ['23.10.0', true],
    ['24.0.0', true],
  ])('a Node that is too old: %s', (version, supported) => {
    expect(isSupported(version)).toBe(supported);
  });

  it('a folder', async () => {
    mkdirSync(path('folder'));
    expect(await refusal(path('folder'))).toMatchObject({
      code: 'failed',
      message: `${path('folder')} is a folder`,
    });
    expect(() => inspect(path('folder'))).toThrow(' is a folder');
  });

  it('a file that cannot be made, naming it', async () => {
    mkdirSync(path('folder.db'));
    for (const file of [path('nowhere/relay.db'), path('folder.db')]) {
      expect(await refusal(file)).toMatchObject({ code: 'failed', message: expect.stringContaining(file) });
    }
    await expect(createSqliteStore({ file: '' })).rejects.toThrow(TypeError);
  });
});

describe('the file of a SQLite store', () => {
  it('is for its user alone', async () => {
    const store = await createSqliteStore({ file: path('private.db') });
    await fill(store, append('alice', 'a1'));
    for (const suffix of ['', '-wal']) expect(statSync(path('private.db') + suffix).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('is brought to a newer version step by step, or not at all', () => {
    const file = path('migrated.db');
    const store = engineStore(file);
    store.open('alice', 'default');
    store.close();
    const second = 'CREATE TABLE shelf (book TEXT); INSERT INTO shelf SELECT name FROM conversations';
    const third = 'CREATE TABLE shelf (book TEXT)';
    expect(() => openDatabase(file, [...migrations, second, third])).toThrow('already exists');
    const migrated = openDatabase(file, [...migrations, second]);
    expect(pragma(migrated, 'user_version')).toBe(migrations.length + 1);
    expect(pragma(migrated, 'application_id')).toBe(applicationId);
    expect(migrated.prepare('SELECT book FROM shelf').all()).toMatchObject([{ book: 'alice' }]);
    migrated.close();
    expect(() => openDatabase(file)).toThrow(StoreError);
  });

  it('is kept small by the bounds, however much goes through it', () => {
    const store = engineStore(path('small.db'), { frames: 50 }, { frames: 500, size: 1e6 });
    store.database.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 100');
    store.open('alice', 'default');
    let [half, id] = [0, 0];
    for (let round = 0; round < 400; round++) {
      store.commit(Array.from({ length: 25 }, () => append('alice', `r${id++}`, 'reply', 'x'.repeat(200))));
      if (round === 200) half = pragma(store.database, 'page_count');
    }
    expect(pragma(store.database, 'page_count')).toBeLessThanOrEqual(1.1 * half);
    store.close();
  });
});
