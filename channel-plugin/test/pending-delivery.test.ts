import { describe, expect, it } from 'vitest';
import { type Sessions, settleDoubt } from '../src/host/pending-delivery.ts';

type Notice = NonNullable<NonNullable<ReturnType<Sessions['getSessionEntry']>>['pendingDeliveryNotice']>;

const owed: Notice = {
  createdAt: 0,
  context: { channel: 'websocket-channel', to: 'user:alice' },
  intentId: 'i1',
  state: 'owed',
};

/** Settles the doubt of a session whose database fails the first few times. */
async function settle(notice: Notice | undefined, failures = 0) {
  let left = failures;
  let kept = notice;
  let patches = 0;
  const sessions = {
    getSessionEntry: () => ({ pendingDeliveryNotice: kept }),
    async patchSessionEntry({
      update,
    }: {
      update: (entry: object) => { pendingDeliveryNotice: Notice } | null;
    }) {
      patches += 1;
      if (left-- > 0) throw new Error('Agent database open was revoked');
      kept = update({ pendingDeliveryNotice: kept })?.pendingDeliveryNotice ?? kept;
    },
  };
  await settleDoubt(sessions as unknown as Sessions, 'se1');
  return { kept, patches };
}

describe("OpenClaw's doubt whether an answer arrived", () => {
  it('is settled where it owes a word of it, also where its database fails once', async () => {
    for (const failures of [0, 1]) {
      expect((await settle(owed, failures)).kept).toEqual({ ...owed, state: 'acknowledged' });
    }
  });

  it('is told of where its database goes on to fail', async () => {
    await expect(settle(owed, 2)).rejects.toThrow('revoked');
  });

  it('is left alone where there is none, or it is about another channel', async () => {
    const elsewhere = { ...owed, context: { channel: 'telegram', to: '1' } };
    for (const notice of [undefined, { ...owed, state: 'unresolved' as const }, elsewhere]) {
      expect(await settle(notice)).toEqual({ kept: notice, patches: 0 });
    }
  });
});
