/** Marks a file as a relay's: it stands in the header of the database. */
export const applicationId = 0x77634c67;

/**
 * How a database of each version becomes one of the next; the first makes one of nothing. What was released is never
 * changed, only added to.
 *
 * A commit writes one row into `batches`, whatever its size. Batches are folded into `blocks` now and then: each
 * holds some consecutive frames of one conversation. The row of a conversation says what is in its blocks; frames in
 * batches come on top of that. Events that still wait when they are folded are kept in `mailbox`.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    agent TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL,
    sum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    frames BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX blocks_by_position ON blocks (conversation, last);
  CREATE TABLE mailbox (
    position INTEGER PRIMARY KEY,
    agent TEXT NOT NULL,
    conversation TEXT NOT NULL,
    event TEXT NOT NULL,
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    text BLOB NOT NULL
  ) STRICT;
  CREATE TABLE batches (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;`,
];
