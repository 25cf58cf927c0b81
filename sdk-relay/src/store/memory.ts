import { randomBytes } from 'node:crypto';
import { steadyNow } from '../clock.ts';
import { resolveBounds, type StoreBounds } from './bounds.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryMailbox } from './memory-mailbox.ts';
import { type Append, type Appended, expiredOf, type Store, stamp } from './store.ts';

/**
 * Makes a store that forgets everything with its process. It answers at once, never with a promise.
 *
 * @param bounds How much it keeps.
 * @throws {TypeError} If a bound is no number, or `frames` no whole one.
 */
export function memoryStore(bounds: StoreBounds = {}): Store {
  const { frames, size, conversations, totalSize, ageMs, mailbox, mailboxSize, mailboxAgeMs } = resolveBounds(
    'memoryStore: ',
    bounds,
  );
  /** In the order of use: what was appended to last comes last. */
  const logs = new Map<string, MemoryLog>();
  const mailboxes = new Map<string, MemoryMailbox>();
  let total = 0;
  let inUse = 0;

  function append({ conversation, type, id, body }: Append, now: number): Appended {
    const log = logs.get(conversation);
    if (log === undefined) throw new Error(`The conversation ${conversation} is not open`);
    const known = log.find(type, id);
    if (known !== undefined) return { status: 'duplicate', frame: known };
    const text = stamp(body, log.epoch, log.last + 1);
    const box = type === 'event' ? mailboxOf(log.agent) : undefined;
    if (box !== undefined && (box.length >= mailbox || box.size + text.length > mailboxSize)) {
      return { status: 'mailbox-full' };
    }
    const frame = log.append(type, id, text, now);
    total += text.length - log.trim(frames, size, now - ageMs);
    logs.delete(conversation);
    logs.set(conversation, log);
    if (total > totalSize || hasTooMany()) forgetOldest(conversation);
    if (box === undefined) return { status: 'accepted', frame };
    frame.position = box.put(conversation, id, text, now);
    return { status: 'accepted', frame, position: frame.position };
  }

  /** Those in use are not looked through: there may be any number of them. */
  const hasTooMany = (): boolean => logs.size > conversations && logs.size > inUse;

  function forgetOldest(except: string): void {
    for (const [conversation, log] of logs) {
      const isTooMuch = total > totalSize;
      if (!isTooMuch && !hasTooMany()) return;
      if (conversation === except || (log.inUse && !isTooMuch)) continue;
      total -= log.trim(0, 0, 0);
      forgetIfEmpty(conversation, log);
    }
  }

  function forgetIfEmpty(conversation: string, log: MemoryLog): void {
    if (log.length === 0 && !log.inUse) logs.delete(conversation);
  }

  function mailboxOf(agent: string): MemoryMailbox {
    let box = mailboxes.get(agent);
    if (box === undefined) {
      box = new MemoryMailbox();
      mailboxes.set(agent, box);
    }
    return box;
  }

  return {
    open(conversation, agent) {
      let log = logs.get(conversation);
      if (log === undefined) {
        if (agent === undefined) return undefined;
        log = new MemoryLog(mintEpoch(), agent);
        logs.set(conversation, log);
      }
      if (!log.inUse) inUse++;
      log.inUse = true;
      return log.state;
    },
    release(conversation) {
      const log = logs.get(conversation);
      if (log?.inUse !== true) return;
      inUse--;
      log.inUse = false;
      forgetIfEmpty(conversation, log);
    },
    commit(batch) {
      const now = steadyNow();
      return batch.map((entry) => append(entry, now));
    },
    after: (conversation, seq, page) => logs.get(conversation)?.after(seq, page) ?? [],
    before: (conversation, seq, page) => logs.get(conversation)?.before(seq, page) ?? [],
    waiting: (agent, position, page) => mailboxes.get(agent)?.after(position, page) ?? [],
    received(agent, conversation, events) {
      const box = mailboxes.get(agent);
      if (box === undefined) return [];
      const log = logs.get(conversation);
      return events.filter(
        (id) =>
          box.take(log?.find('event', id)?.position ?? 0, conversation, id) ||
          box.take(box.find(conversation, id), conversation, id),
      );
    },
    sweep(now) {
      for (const [conversation, log] of logs) {
        total -= log.trim(frames, size, now - ageMs);
        forgetIfEmpty(conversation, log);
      }
      return [...mailboxes].flatMap(([agent, box]) => expiredOf(agent, box.stale(now - mailboxAgeMs)));
    },
    close() {
      logs.clear();
      inUse = 0;
      mailboxes.clear();
    },
  };
}

const mintEpoch = (): string => randomBytes(9).toString('base64url');
