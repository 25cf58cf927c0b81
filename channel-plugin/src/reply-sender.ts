import { mintId, type ReplySubmission } from '@websocket-channel/protocol';
import { contentBounds, splitContent } from './content-split.ts';
import { messageOf } from './errors.ts';
import type { Answer } from './host-port.ts';
import type { Log } from './log.ts';
import {
  announces,
  type Chunk,
  emptyStream,
  loseChunks,
  type ReplyStream,
  supersede,
  takeSnapshot,
} from './reply-stream.ts';
import type { Transport } from './transport.ts';
import type { Turn } from './turns.ts';

/** Sends what the agent says in one turn. */
export interface ReplySender {
  /** Id of the reply that the next answer becomes. */
  readonly draft: string;
  /** The agent begins another message. */
  messageStart(): void;
  /** The whole text of the message so far. */
  partial(text: string): void;
  /** @returns The ids of the replies that it became: several where it is longer than the relay takes. */
  answer(answer: Answer): readonly string[];
  /** Keeps what was shown of messages that will not be completed. */
  interrupt(): void;
}

/** What a sender needs. */
export interface ReplySenderOptions {
  readonly turn: Turn;
  readonly thread?: string | undefined;
  readonly streaming: 'token' | 'block' | 'none';
  /** The connection of the moment. */
  readonly transport: () => Transport;
  readonly log: Log;
  /** Id of the message that an earlier process was writing. */
  readonly draft?: string | undefined;
  /** Told when an answer is on its way, or a part of one. */
  readonly onAnswered?: (isWhole: boolean) => void;
}

/** A message that is being written; the reply that supersedes its deltas keeps its id. */
interface Draft {
  readonly id: string;
  stream: ReplyStream;
}

/** More than this many bytes in the socket hold back deltas; the next one carries what they would have said. */
const congestedBytes = 1024 * 1024;

/** Chunks up to this many UTF-16 units fit every relay. */
const chunkLength = 64;

/** Makes the sender of one turn's replies. */
export function createReplySender({
  turn,
  thread,
  streaming,
  transport,
  log,
  draft: earlier = mintId(),
  onAnswered = () => {},
}: ReplySenderOptions): ReplySender {
  const newDraft = (stream = emptyStream, id = mintId()): Draft => ({ id, stream });
  /** Messages that no reply has superseded yet; the agent is writing the last one. */
  let drafts: readonly Draft[] = [newDraft(emptyStream, earlier)];
  let session: symbol | undefined;

  const address = () => ({
    type: 'reply' as const,
    conversation: turn.conversation,
    turn: turn.id,
    ...(thread !== undefined && { thread }),
  });

  const isShown = ({ stream }: Draft): boolean => stream.index > 0;

  function stream(draft: Draft, snapshot: string): void {
    const relay = transport();
    const [next, chunk] = takeSnapshot(draft.stream, snapshot);
    const chunks = chunk === undefined ? [] : fitting(relay, chunk);
    const written = chunks.every((part) =>
      relay.live({ ...address(), id: draft.id, kind: 'delta', ...part }),
    );
    draft.stream = written
      ? { ...next, index: draft.stream.index + chunks.length }
      : loseChunks(chunks.length > 1 ? next : draft.stream);
  }

  const reply = (
    kind: ReplySubmission['kind'],
    content: string,
    id: string,
    more: Pick<ReplySubmission, 'attachments' | 'actions' | 'target'> = {},
  ): ReplySubmission => ({
    ...address(),
    id,
    kind,
    content,
    events: [...turn.events],
    timestamp: Date.now(),
    ...more,
  });

  function store(...replies: readonly ReplySubmission[]): void {
    transport()
      .durable(...replies)
      .catch((error: unknown) => log.error(`A reply is lost: ${messageOf(error)}`));
  }

  const next = (): Draft => drafts.find(isShown) ?? drafts.at(-1)!;

  /** The draft that a reply supersedes: the one that announced it, or the next. */
  function draftOf(content: string): Draft {
    const shown = drafts.filter(isShown);
    return (
      shown.find(({ stream }) => stream.shown.trim() === content.trim()) ??
      shown.find(({ stream }) => announces(stream, content)) ??
      next()
    );
  }

  /** Takes the draft that a reply supersedes out of the drafts. */
  function retire(draft: Draft, content: string): void {
    const rest = isShown(draft) ? supersede(draft.stream, content) : draft.stream;
    drafts = drafts.flatMap((other, position) => {
      if (other !== draft) return [other];
      return position === drafts.length - 1 ? [newDraft(rest)] : [];
    });
  }

  function answer({
    kind,
    content,
    isError,
    attachments = [],
    actions,
    id,
    edits,
  }: Answer): readonly string[] {
    const buttons = actions !== undefined && { actions: [...actions] };
    if (edits !== undefined) {
      const edit = mintId();
      store(reply('edit', content, edit, { target: edits, ...buttons }));
      return [edit];
    }
    if (isError) interrupt();
    const supersedes = (kind === 'block' || kind === 'final') && !isError && id === undefined;
    const draft = supersedes ? draftOf(content) : undefined;
    const first = id ?? draft?.id ?? mintId();
    const last = { ...(attachments.length > 0 && { attachments: [...attachments] }), ...buttons };
    const pieces = splitContent(content, contentBounds(transport(), turn.events.length, last));
    const replies = pieces.map((piece, position) => {
      const isLast = position === pieces.length - 1;
      const replyId = position === 0 ? first : mintId();
      return reply(kind === 'final' && !isLast ? 'block' : kind, piece, replyId, isLast ? last : {});
    });
    store(...replies);
    if (draft !== undefined) {
      retire(draft, content);
      onAnswered(kind === 'final');
    }
    return replies.map((each) => each.id);
  }

  function interrupt(): void {
    for (const { stream } of drafts.filter(isShown)) {
      if (stream.shown.trim() !== '') answer({ kind: 'block', content: stream.shown });
    }
  }

  return {
    get draft() {
      return next().id;
    },
    messageStart() {
      const current = drafts.at(-1)!;
      if (isShown(current)) drafts = [...drafts, newDraft()];
      else current.stream = emptyStream;
    },
    partial(text) {
      const relay = transport();
      if (streaming !== 'token' || !relay.reads('stream') || relay.bufferedAmount > congestedBytes) return;
      const draft = drafts.at(-1)!;
      if (session !== relay.session) {
        session = relay.session;
        draft.stream = loseChunks(draft.stream);
      }
      stream(draft, text);
    },
    answer,
    interrupt,
  };
}

/** A text that is started anew may be longer than one frame takes. */
function fitting(relay: Transport, chunk: Chunk): readonly Chunk[] {
  if (chunk.content.length <= chunkLength) return [chunk];
  return splitContent(chunk.content, contentBounds(relay, 0)).map((content, position) =>
    position === 0 ? { ...chunk, content } : { index: chunk.index + position, content },
  );
}
