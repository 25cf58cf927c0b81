import { encode } from '@websocket-channel/protocol';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ackText } from '../src/receipt.ts';

it('writes the acknowledgement that any encoder would write', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const conversation = fc.stringMatching(/^[!-~]{1,256}$/);
  const status = fc.constantFrom('accepted' as const, 'duplicate' as const);
  fc.assert(
    fc.property(conversation, id, id, fc.nat(), status, (conversation, id, epoch, seq, status) => {
      const text = ackText(conversation, id, { status, epoch, seq });
      expect(text).toBe(encode({ type: 'ack', id, conversation, epoch, seq, status }));
    }),
  );
  const quoted = ackText('alice/"\\', 'ev1', { status: 'accepted', epoch: 'ep1', seq: 1 });
  expect(parseRelayToClient(quoted).status).toBe('frame');
});
