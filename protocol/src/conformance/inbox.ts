import type { Loose } from './observer.ts';
import { match } from './pattern.ts';

/** How a connection ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** A frame, and what the pattern took down from it. */
export interface Taken {
  readonly frame: Loose;
  readonly taken: ReadonlyMap<string, unknown>;
}

/** Why a wait was in vain, in words. */
export class InVain extends Error {}

/** What came on one connection, and who waits for what. */
export interface Inbox {
  /** Every frame that came, in order. */
  readonly arrivals: readonly Loose[];
  put(frame: Loose): void;
  end(closing: Closing): void;
  /** Waits for the first frame that matches and was not taken yet; as a probe, no longer than that. @throws {InVain} */
  take(pattern: unknown, withinMs: number, isProbe?: boolean): Promise<Taken>;
  /** Waits for the end. @throws {InVain} */
  ended(withinMs: number): Promise<Closing>;
  /** A frame that matches and was not taken. */
  left(pattern: unknown): Loose | undefined;
  /** Takes all frames that match and were not taken. */
  forget(pattern: unknown): void;
}

/** @param restUntil No wait but a probe ends before this time: milliseconds since 1970-01-01 UTC. */
export function createInbox(restUntil: () => number): Inbox {
  const arrivals: Loose[] = [];
  const untaken: Loose[] = [];
  /** Those who wait are shown what just came, or that it is over; they answer whether it was for them. */
  const waiting = new Set<(frame: Loose | undefined) => boolean>();
  let closing: Closing | undefined;

  function wait<T>(
    withinMs: number,
    attempt: (frame: Loose | undefined) => T | string,
    nearest: () => string,
    isProbe = false,
  ) {
    return new Promise<T>((resolve, reject) => {
      const finish = (action: () => void): true => {
        clearTimeout(timer);
        waiting.delete(look);
        action();
        return true;
      };
      const look = (frame: Loose | undefined): boolean => {
        const found = attempt(frame);
        if (found === '') return false;
        if (typeof found === 'string') return finish(() => reject(new InVain(found)));
        return finish(() => resolve(found));
      };
      const fail = () =>
        finish(() => reject(new InVain(`nothing of the kind came within ${withinMs} ms${nearest()}`)));
      const giveUp = () => {
        const restMs = isProbe ? 0 : restUntil() - Date.now();
        if (restMs > 0) timer = setTimeout(giveUp, restMs);
        // One turn later, so that what came while this process was held up is read before it counts as absent.
        else timer = setTimeout(fail);
      };
      let timer = setTimeout(giveUp, withinMs);
      waiting.add(look);
      look(undefined);
    });
  }

  function takeLeft(pattern: unknown): Taken | undefined {
    for (const [index, frame] of untaken.entries()) {
      const taken = match(pattern, frame);
      if (taken === undefined) continue;
      untaken.splice(index, 1);
      return { frame, taken };
    }
    return undefined;
  }

  function nearest(pattern: unknown): string {
    const { type, id, ref } = pattern as Partial<Loose>;
    const wanted = { type, ...(id !== undefined && { id }), ...(ref !== undefined && { ref }) };
    if (type === undefined) return '';
    const similar = [wanted, { type }]
      .map((like) => untaken.findLast((frame) => match(like, frame)))
      .find(Boolean);
    return similar === undefined ? '' : `, but ${JSON.stringify(similar).slice(0, 400)}`;
  }

  return {
    arrivals,
    put(frame) {
      arrivals.push(frame);
      if (![...waiting].some((look) => look(frame))) untaken.push(frame);
    },
    end(how) {
      closing = how;
      for (const look of [...waiting]) look(undefined);
    },
    take: (pattern, withinMs, isProbe) =>
      wait<Taken>(
        withinMs,
        (frame) => {
          const taken = frame && match(pattern, frame);
          const found = taken ? { frame, taken } : frame === undefined ? takeLeft(pattern) : undefined;
          if (found !== undefined || closing === undefined) return found ?? '';
          return `the connection was closed with ${closing.code}${nearest(pattern)}`;
        },
        () => nearest(pattern),
        isProbe,
      ),
    ended: (withinMs) =>
      wait(
        withinMs,
        () => closing ?? '',
        () => '',
      ),
    forget(pattern) {
      while (takeLeft(pattern) !== undefined);
    },
    left: (pattern) => untaken.find((frame) => match(pattern, frame) !== undefined),
  };
}
