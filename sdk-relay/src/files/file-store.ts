/** What is known of a file that a relay keeps. */
export interface FileRecord {
  /** Cannot be guessed. */
  readonly id: string;
  /** The conversation whose participants and agent may read it. */
  readonly conversation: string;
  /** Who stored it: a participant or an agent account. */
  readonly source: string;
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** Digest of the bytes, in hex. */
  readonly sha256: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly storedAt: number;
}

/** Part of a file: numbers of its first and last byte, from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where the files of one relay are kept. */
export interface FileStore {
  /** Bytes of all files that are kept. */
  bytes(): Promise<number>;
  /**
   * Keeps a file once all its bytes are there; where `bytes` fails, nothing of it is kept.
   *
   * @param describe Asked after the last byte.
   */
  put(id: string, bytes: AsyncIterable<Uint8Array>, describe: () => FileRecord): Promise<FileRecord>;
  /** What is known of a file; nothing of one that is not kept. */
  find(id: string): Promise<FileRecord | undefined>;
  /** The bytes of a file that was found, or of a part of it. Fails where they are gone. */
  read(id: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Drops the files that were stored before a time. @returns How many. */
  sweep(before: number): Promise<number>;
}
