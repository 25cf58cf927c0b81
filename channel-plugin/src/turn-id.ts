import { createHash } from 'node:crypto';

/** An event that is delivered again has the same turn. */
export const turnId = (...names: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(names)).digest('base64url');
