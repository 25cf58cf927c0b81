import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreError, type StoreErrorCode } from '../store-error.ts';
import { Contradiction } from './contradiction.ts';
import { applicationId, migrations } from './schema.ts';

/**
 * Pages of a new file, in bytes: four times the usual. SQLite writes a batch page by page, which costs CPU for each; with
 * larger ones still, a single frame would have much more written than it is.
 */
export const pageBytes = 16_384;

/** The log is brought into the file when it has grown to this size, in bytes. */
const checkpointBytes = 16 * 1024 ** 2;

/** Files up to this size are checked as a whole when they are opened, in bytes. */
const checkedSize = 1024 ** 3;

/**
 * Opens a relay's database for this process alone, and makes it if there is no file.
 *
 * @param steps See {@link migrations}.
 * @throws {StoreError} If it cannot be had.
 */
export function openDatabase(file: string, steps = migrations): DatabaseSync {
  return translated(file, () => {
    if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
    // First without touching anything: no lock, no log. What the log may add is looked at once the file is ours.
    // After a crash the file may lack pages that are in its log, and is no worse for it.
    const known = steps.length;
    const isTorn = existsSync(`${file}-wal`);
    opened(frozen(file), isTorn, (database) => versionOf(file, database, known)).close();
    return prepared(new DatabaseSync(file), (database) => {
      // Before the first access: then the database keeps its index of the log to itself, and nobody else gets in.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      const version = versionOf(file, database, known);
      // An acknowledgement is a promise that outlives a power cut: every commit waits for the disk.
      database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
      // A log that is written over again instead of growing costs half as much to bring to the disk.
      const checkpoint = checkpointBytes / pragma(database, 'page_size');
      database.exec(`PRAGMA wal_autocheckpoint = ${checkpoint}; PRAGMA journal_size_limit = 67108864`);
      database.exec('PRAGMA cache_size = -16384; PRAGMA cell_size_check = ON');
      migrate(database, version, steps);
      const size = pragma(database, 'page_count') * pragma(database, 'page_size');
      if (size <= checkedSize) checkPages(file, database);
    });
  });
}

/**
 * Looks into a relay's database without changing it.
 *
 * @param isTorn Whether to read it even if a part of the file is missing.
 * @throws {StoreError} If it is in use, of a newer version or none of ours.
 */
export function readDatabase<T>(file: string, read: (database: DatabaseSync) => T, isTorn = false): T {
  return translated(file, () => {
    if (!existsSync(file)) throw new StoreError('failed', `There is no file ${file}`);
    const index = `${file}-shm`;
    const hadIndex = existsSync(index);
    const database = opened(existsSync(`${file}-wal`) ? file : frozen(file), isTorn, (database) => {
      if (versionOf(file, database, migrations.length) === 0) throw foreign(file);
    });
    try {
      return read(database);
    } finally {
      database.close();
      if (!hadIndex) rmSync(index, { force: true });
    }
  });
}

/** A file as it is, of which SQLite believes that nobody changes it. */
function frozen(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url;
}

function opened(file: string | URL, isTorn: boolean, check: (database: DatabaseSync) => void): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, defensive: !isTorn });
  return prepared(database, () => {
    // SQLite then no longer insists on as many pages as the first one tells of.
    if (isTorn) database.exec('PRAGMA writable_schema = ON');
    check(database);
  });
}

function prepared(database: DatabaseSync, prepare: (database: DatabaseSync) => void): DatabaseSync {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs changes that happen all or not at all. */
export function transaction(database: DatabaseSync, change: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    change();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(file: string, database: DatabaseSync, known: number): number {
  const application = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (application === applicationId) {
    if (version > known) throw newer(file, version, known);
    return version;
  }
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (application !== 0 || version !== 0 || !isEmpty) throw foreign(file);
  return 0;
}

function migrate(database: DatabaseSync, version: number, steps: readonly string[]): void {
  for (const [step, change] of steps.entries()) {
    if (step < version) continue;
    transaction(database, () => {
      database.exec(change);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${step + 1}`);
    });
  }
  // The header tells the version to whoever looks at the file alone.
  if (version < steps.length) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function checkPages(file: string, database: DatabaseSync): void {
  const [fault] = structuralFaults(database, 1);
  if (fault !== undefined) throw damaged(file, fault);
}

/** What SQLite finds wrong with its own structures, a line each. @param atMost How many are told. */
export function structuralFaults(database: DatabaseSync, atMost: number): string[] {
  const rows = database.prepare(`PRAGMA integrity_check(${atMost})`).all();
  const lines = rows.flatMap(({ integrity_check: said }) => String(said).split('\n'));
  return lines.filter((line) => line !== 'ok' && !line.startsWith('*** in database'));
}

/** Reads a number that SQLite keeps about a database. */
export const pragma = (database: DatabaseSync, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);

/** Says that what was read contradicts itself. */
export const damaged = (file: string, what: string, options?: ErrorOptions): StoreError =>
  new StoreError(
    'damaged',
    `${file} is damaged (${what}); \`websocket-channel-relay repair\` can save what is left`,
    options,
  );

const foreign = (file: string): StoreError =>
  new StoreError('foreign', `${file} holds the data of another program`);

const newer = (file: string, version: number, known: number): StoreError =>
  new StoreError('newer', `${file} is of version ${version}; this program knows versions up to ${known}`);

/** Runs an action and says in our words what SQLite or the file system found wrong. */
export function translated<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw translate(file, error);
  }
}

/** Of which SQLite says that the disk failed. */
function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function translate(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const { errcode, code, message } = error as NodeJS.ErrnoException & { errcode?: number };
  if (error instanceof Contradiction || code === 'ERR_OUT_OF_RANGE')
    return damaged(file, message, { cause: error });
  if (errcode === undefined)
    return code === undefined ? error : new StoreError('failed', `${file}: ${message}`);
  const [kind, said] = kinds[errcode & 0xff] ?? [
    'failed',
    isFolder(file) ? '% is a folder' : `${file}: ${message}`,
  ];
  return kind === 'damaged'
    ? damaged(file, message, { cause: error })
    : new StoreError(kind, said.replace('%', file), { cause: error });
}

/** By SQLite's primary result codes. */
const kinds: Record<number, readonly [StoreErrorCode, string]> = {
  5: ['in_use', '% is in use: one relay at a time can have it'],
  11: ['damaged', ''],
  13: ['full', '% cannot grow: the disk is full'],
  26: ['foreign', '% is no SQLite database, or one whose beginning is damaged'],
};
