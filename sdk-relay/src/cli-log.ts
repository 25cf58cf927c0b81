import pino from 'pino';
import type { Logger } from './logger.ts';

/** Characters of the log that are held while nobody takes them. */
const held = 256 * 1024;

/**
 * Logs to standard error. Where that cannot be written to, as a file on a full disk, the relay serves on: it holds what it
 * has to say until there is room, and leaves out what would be too much.
 */
export function createLog(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: held });
  destination.on('error', () => {});
  return pino({ level }, destination);
}
