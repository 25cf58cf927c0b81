/**
 * Stores until it is killed: `killed-store.ts <file> <seed>`. Each line that it says is a batch that was acknowledged, or
 * events that were received and are known to be written as such.
 */
import { writeSync } from 'node:fs';
// oxlint-disable-next-line no-restricted-imports -- its own package, as built
import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';
import { append } from './appends.ts';
import { random } from './random.ts';

const [file = '', seed = ''] = process.argv.slice(2);
const pick = random(Number(seed));
const conversations = ['alice', 'bob', 'carol'];
const store = await createSqliteStore({ file, frames: 1e6, mailbox: 1e6 });
for (const name of conversations) await store.open(name, 'default');

const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);
let next = 0;
let received: string[] = [];
for (;;) {
  const batch = Array.from({ length: 1 + pick(pick(4) === 0 ? 200 : 8) }, () => {
    const type = (['event', 'reply', 'turn'] as const)[pick(3)]!;
    return append(conversations[pick(3)]!, `s${seed}n${next++}`, type, 'x'.repeat(pick(2000)));
  });
  const taken = received;
  received = batch.filter(({ type }) => type === 'event' && pick(2) === 0).map(({ id }) => id);
  const outcomes = await store.commit(batch);
  say({ stored: batch.map(({ conversation, type, id }, i) => [conversation, type, id, seqOf(outcomes[i])]) });
  // A commit writes what was received before it.
  say({ received: taken });
  for (const name of conversations) {
    await store.received(
      'default',
      name,
      received.filter((id) => batch.some((one) => one.id === id && one.conversation === name)),
    );
  }
  if (pick(5) === 0) await store.sweep(Date.now());
}

function seqOf(outcome: unknown): number {
  return (outcome as { frame: { seq: number } }).frame.seq;
}
