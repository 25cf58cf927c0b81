/** One chunk of a streaming reply. */
export interface Chunk {
  /** Its number within the reply, from 0. */
  readonly index: number;
  readonly content: string;
  /** The text starts anew with this chunk. */
  readonly replace?: true;
}

/**
 * What is known of the text that is being written. OpenClaw hands over the whole text so far, again and again
 * (snapshots); apps get what was added (chunks).
 */
export interface ReplyStream {
  /** The last snapshot. */
  readonly snapshot: string;
  /** How much of the snapshot earlier replies have delivered, in UTF-16 units. */
  readonly delivered: number;
  /** The text that the chunks so far amount to. */
  readonly shown: string;
  /** Number of the next chunk. */
  readonly index: number;
  /** The next chunk has to start the text anew. */
  readonly restart: boolean;
}

/** Nothing written yet. */
export const emptyStream: ReplyStream = { snapshot: '', delivered: 0, shown: '', index: 0, restart: false };

/** Takes the next snapshot: what is new becomes a chunk, a text that changed is started anew. */
export function takeSnapshot(
  stream: ReplyStream,
  snapshot: string,
): readonly [ReplyStream, Chunk | undefined] {
  const text = undelivered(snapshot, stream.delivered);
  const appends = !stream.restart && text.startsWith(stream.shown);
  const content = appends ? text.slice(stream.shown.length) : text;
  if (appends && content === '') return [{ ...stream, snapshot }, undefined];
  return [
    { ...stream, snapshot, shown: text, index: stream.index + 1, restart: false },
    { index: stream.index, content, ...(!appends && stream.index > 0 && { replace: true }) },
  ];
}

/** A chunk did not reach the relay, or the relay may have forgotten the earlier ones. */
export const loseChunks = (stream: ReplyStream): ReplyStream => ({ ...stream, restart: stream.index > 0 });

/** A reply supersedes the chunks; what the snapshot holds beyond it belongs to the next reply. */
export function supersede({ snapshot, delivered }: ReplyStream, content: string): ReplyStream {
  const text = undelivered(snapshot, delivered);
  const rest = text.startsWith(content) ? text.length - content.length : 0;
  return { ...emptyStream, snapshot, delivered: snapshot.length - rest };
}

/** Replies come without the blank lines that parted them in the snapshot. */
const undelivered = (snapshot: string, delivered: number): string =>
  delivered === 0 ? snapshot : snapshot.slice(delivered).trimStart();

/** Whether a reply of this content may be what the chunks announced: they may lag behind it, or be ahead of a block. */
export const announces = ({ shown }: ReplyStream, content: string): boolean =>
  content.startsWith(shown.trim()) || shown.trimStart().startsWith(content);
