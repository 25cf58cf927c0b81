import { withDefaults } from '../defaults.ts';
import type { Rate } from '../rate-limit.ts';
import type { FileStore } from './file-store.ts';

/** How a relay keeps files. */
export interface FileOptions {
  /** Where they are kept: `memoryFiles()` or `folderFiles(folder)`. */
  readonly store: FileStore;
  /** Path at which they are served. @default '/files' */
  readonly path?: string;
  /** Where peers find that path, if a proxy puts it elsewhere: absolute, or relative to the relay. @default the path */
  readonly url?: string;
  /** Bytes of one file. @default 26214400 (25 MiB) */
  readonly maxBytes?: number;
  /** Bytes of all files; beyond it no more are taken. @default 1073741824 (1 GiB) */
  readonly totalBytes?: number;
  /** Types that are taken; `image/*` stands for all that begin so. @default images, audio, video, text, PDF, JSON, archives and office documents */
  readonly types?: readonly string[];
  /** How long files are kept, in milliseconds. @default 604800000 (7 days) */
  readonly ageMs?: number;
  /** Uploads per participant or agent. @default {burst: 30, perMs: 60000} */
  readonly uploads?: Rate;
}

const defaultTypes = [
  'image/*',
  'audio/*',
  'video/*',
  'text/*',
  'application/pdf',
  'application/json',
  'application/xml',
  'application/zip',
  'application/gzip',
  'application/vnd.openxmlformats-officedocument.*',
  'application/vnd.oasis.opendocument.*',
] as const;

/**
 * Fills in what was left open.
 *
 * @throws {TypeError} If a path or a bound is none.
 */
export function resolveFileOptions(options: FileOptions): Required<FileOptions> {
  const path = options.path ?? '/files';
  if (!/^(?:\/[A-Za-z0-9._-]+)+$/.test(path)) {
    throw new TypeError('createRelay: files.path must be a path such as /files');
  }
  const where = 'createRelay: files.';
  const defaults = {
    url: path,
    maxBytes: 25 * 1024 * 1024,
    totalBytes: 1024 * 1024 * 1024,
    types: defaultTypes as readonly string[],
    ageMs: 7 * 24 * 60 * 60 * 1000,
  };
  const resolved = {
    ...withDefaults(where, defaults, options),
    uploads: withDefaults(`${where}uploads.`, { burst: 30, perMs: 60_000 }, options.uploads),
    store: options.store,
    path,
  };
  for (const bound of ['maxBytes', 'totalBytes', 'ageMs'] as const) {
    if (!Number.isSafeInteger(resolved[bound]) || resolved[bound] < 1) {
      throw new TypeError(`createRelay: files.${bound} must be a whole number of at least 1`);
    }
  }
  return resolved;
}
