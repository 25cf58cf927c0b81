import { resolveBounds, type StoreBounds } from '../bounds.ts';
import { type Append, type Appended, type Store, stamp } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { joined } from './block.ts';
import { type Committed, refused } from './exchange.ts';
import { Reception } from './reception.ts';
import { SqliteThread } from './thread.ts';

/** Options of {@link createSqliteStore}. */
export interface SqliteStoreOptions extends StoreBounds {
  /** Path of the database, on a disk of this machine. It is made if there is none, readable by this user alone. */
  readonly file: string;
}

/**
 * Opens a store that outlives its process: logs and mailboxes are in a SQLite database, in a thread of its own. What it
 * has acknowledged is on the disk, whether the process is killed or the power fails: every batch is one commit, which
 * waits for the disk (`synchronous = FULL`). One store at a time can have the file.
 *
 * Needs Node 22.15 or newer, for `node:sqlite`.
 *
 * @throws {TypeError} If the file is not named, or a bound is no number, or `frames` no whole one.
 * @throws {StoreError} If the file is in use, of a newer version, of another program or damaged, if it cannot be
 *   written, or if Node is too old.
 */
export async function createSqliteStore({ file, ...bounds }: SqliteStoreOptions): Promise<Store> {
  if (typeof file !== 'string' || file === '')
    throw new TypeError('createSqliteStore: `file` must be a path');
  if (!isSupported(process.versions.node)) {
    throw new StoreError(
      'unsupported',
      `The SQLite store needs Node 22.15 or newer; this is ${process.version}`,
    );
  }
  const resolved = resolveBounds('createSqliteStore: ', bounds);
  const thread = await SqliteThread.start({ file, bounds: resolved });
  const reception = new Reception(thread);
  /** Of the conversations that are open. */
  const epochs = new Map<string, string>();

  return {
    async open(conversation, agent) {
      const state = await thread.ask('open', conversation, agent);
      if (state !== undefined) epochs.set(conversation, state.epoch);
      return state;
    },
    release(conversation) {
      epochs.delete(conversation);
      thread.askLater('release', conversation).catch(() => {});
    },
    async commit(batch) {
      const unopened = batch.find(({ conversation }) => !epochs.has(conversation));
      if (unopened !== undefined) throw new Error(`The conversation ${unopened.conversation} is not open`);
      const fields: string[] = [];
      for (const { conversation, type, id, body } of batch) fields.push(conversation, type, id, body);
      return outcomes(batch, await thread.ask('commit', joined(fields), batch.length), epochs);
    },
    after: (conversation, seq, page) => thread.ask('after', conversation, seq, page),
    before: (conversation, seq, page) => thread.ask('before', conversation, seq, page),
    waiting: (agent, position, page) => thread.ask('waiting', agent, position, page),
    received: (agent, conversation, events) => reception.take(agent, conversation, events),
    sweep: (now) => thread.ask('sweep', now),
    close: () => thread.close(),
  };
}

/** Whether that version of Node can open a database by its URL, which came last of what is needed. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 22 ? minor >= 15 : major === 23 ? minor >= 10 : major > 23;
}

/** Frames that were accepted are put together here, so that their text does not cross threads twice. */
export function outcomes(
  batch: readonly Append[],
  { position, seqs, known }: Committed,
  epochs: ReadonlyMap<string, string>,
): Appended[] {
  let next = position;
  let duplicates = 0;
  return batch.map(({ conversation, type, body }, i): Appended => {
    const seq = seqs[i]!;
    if (seq === refused.mailboxFull) return { status: 'mailbox-full' };
    if (seq === refused.duplicate) return { status: 'duplicate', frame: known[duplicates++]! };
    const frame = { seq, text: stamp(body, epochs.get(conversation)!, seq) };
    const place = next++;
    return type === 'event' ? { status: 'accepted', frame, position: place } : { status: 'accepted', frame };
  });
}
