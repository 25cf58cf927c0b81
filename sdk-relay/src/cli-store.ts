import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StoreBounds } from './store/bounds.ts';
import { memoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** Where logs and mailboxes are to be kept. */
export type Whereabouts = { readonly kind: 'memory' } | { readonly kind: 'file'; readonly file: string };

/**
 * Finds out where to store. A relay for development leaves nothing behind and may run beside others; any other one keeps
 * what it promised to keep.
 */
export function whereStored(
  { store, development }: { readonly store?: string | undefined; readonly development: boolean },
  environment: NodeJS.ProcessEnv,
): Whereabouts {
  if (store === 'memory' || (store === undefined && development)) return { kind: 'memory' };
  return { kind: 'file', file: store ?? join(dataFolder(process.platform, environment), 'relay.db') };
}

/** Where programs keep data of this user on a system. */
export function dataFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  const home = environment.HOME || homedir();
  const ours = 'websocket-channel';
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', ours);
    case 'win32':
      return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), ours);
    default:
      return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), ours);
  }
}

/**
 * Reads how much is to be kept.
 *
 * @throws {TypeError} If one is no whole number from 1 on.
 */
export function boundsOf(frames: string | undefined, days: string | undefined): StoreBounds {
  return {
    ...(frames !== undefined && { frames: wholeNumber('--keep-frames', frames) }),
    ...(days !== undefined && { ageMs: wholeNumber('--keep-days', days) * dayMs }),
  };
}

const dayMs = 24 * 60 * 60 * 1000;

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new TypeError(`${flag} must be a whole number from 1 to 999999999`);
  return Number(text);
}

/** Opens the store, and makes the folder of its file. @throws {StoreError} If it cannot be had. */
export async function openStore(where: Whereabouts, bounds: StoreBounds): Promise<Store> {
  if (where.kind === 'memory') return memoryStore(bounds);
  await mkdir(dirname(where.file), { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new StoreError('failed', `There is no folder for ${where.file}: ${cause.message}`, { cause });
  });
  const { createSqliteStore } = await import('./store/sqlite/sqlite-store.ts');
  try {
    return await createSqliteStore({ file: where.file, ...bounds });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'unsupported') throw error;
    throw new StoreError('unsupported', `${error.message}; \`--store memory\` needs none of it`);
  }
}
