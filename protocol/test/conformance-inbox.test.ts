import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createInbox, InVain } from '../src/conformance/inbox.ts';

const pong = { type: 'pong' };

const busy = (ms: number): void => {
  for (const since = performance.now(); performance.now() - since < ms; );
};

describe('a wait of the conformance runner', () => {
  it('takes what came while the runner was held up for longer than that', async () => {
    const inbox = createInbox(() => 0);
    // From here on, timers that are due come first, and then what lies in the sockets.
    await nextTurn();
    const taken = inbox.take(pong, 20);
    setImmediate(() => inbox.put(pong));
    busy(30);
    expect(await taken).toMatchObject({ frame: pong });
  });

  it('lasts for as long as the subject asked to be left alone, unless it is a probe', async () => {
    const inbox = createInbox(() => Date.now() + 60_000);
    const taken = inbox.take(pong, 1);
    await expect(inbox.take(pong, 1, true)).rejects.toThrow(InVain);
    inbox.put(pong);
    expect(await taken).toMatchObject({ frame: pong });
  });
});
