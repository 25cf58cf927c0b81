import { randomUUID } from 'node:crypto';

const run = randomUUID().slice(0, 24);
let count = 0;

/**
 * An id of the length that the SDKs mint, never used twice. That length counts: V8 keeps every shorter text that it
 * parses in one table, which ids of a few characters would fill.
 */
export const frameId = (): string => run + String(count++).padStart(12, '0');
