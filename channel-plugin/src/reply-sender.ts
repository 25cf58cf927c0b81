import { mintId, type ReplySubmission } from '@websocket-channel/protocol';
import { splitContent } from './content-split.ts';
import { messageOf } from './errors.ts';
import type { Answer } from './host-port.ts';
import type { Log } from './log.ts';
import { emptyStream, loseChunks, startMessage, supersede, takeSnapshot } from './reply-stream.ts';
import type { Transport } from './transport.ts';
import type { Turn } from './turns.ts';

/** More than this many bytes in the socket hold back deltas; the next one carries what they would have said. */
const congestedBytes = 1024 * 1024;

/** Sends what the agent says in one turn. */
export interface ReplySender {
  /** The agent begins another message. */
  messageStart(): void;
  /** The whole text of the message so far. */
  partial(text: string): void;
  /** @returns The ids of the replies that it became: several where it is longer than the relay takes. */
  answer(answer: Answer): readonly string[];
  /** Keeps what was shown of a message that will not be completed. */
  interrupt(): void;
}

/** Where replies go. */
export interface ReplyPlace {
  readonly turn: Turn;
  readonly thread?: string | undefined;
}

/** Makes the sender of one turn's replies. */
export function createReplySender(
  transport: () => Transport,
  { turn, thread }: ReplyPlace,
  streaming: 'token' | 'block' | 'none',
  log: Log,
): ReplySender {
  let stream = emptyStream;
  /** Id of the reply that streams; whatever supersedes its deltas keeps it. */
  let draft: string | undefined;
  let session = 0;

  const address = () => ({
    type: 'reply' as const,
    conversation: turn.conversation,
    turn: turn.id,
    ...(thread !== undefined && { thread }),
  });

  function delta(chunk: Pick<ReplySubmission, 'index' | 'replace'> & { readonly content: string }): boolean {
    draft ??= mintId();
    return transport().live({ ...address(), id: draft, kind: 'delta', ...chunk });
  }

  function store(kind: ReplySubmission['kind'], content: string, id: string): void {
    transport()
      .durable({ ...address(), id, kind, content, events: [...turn.events], timestamp: Date.now() })
      .catch((error: unknown) => log.error(`A reply is lost: ${messageOf(error)}`));
  }

  function answer({ kind, content }: Answer): readonly string[] {
    const pieces = splitContent(content, contentBounds(transport(), turn.events.length));
    const supersedes = kind === 'block' || kind === 'final';
    const ids = pieces.map((_, position) => (supersedes && position === 0 && draft) || mintId());
    if (supersedes) {
      draft = undefined;
      stream = supersede(stream, content);
    }
    pieces.forEach((piece, position) => {
      store(kind === 'final' && position < pieces.length - 1 ? 'block' : kind, piece, ids[position]!);
    });
    return ids;
  }

  return {
    messageStart() {
      stream = startMessage(stream);
    },
    partial(text) {
      const relay = transport();
      if (streaming !== 'token' || !relay.reads('stream') || relay.bufferedAmount > congestedBytes) return;
      if (session !== relay.session) {
        session = relay.session;
        stream = loseChunks(stream);
      }
      const [next, chunk] = takeSnapshot(stream, text);
      if (chunk === undefined || chunk.content.length <= chunkLength) {
        stream = chunk === undefined || delta(chunk) ? next : loseChunks(stream);
        return;
      }
      // A text that is started anew may be longer than one frame takes.
      const pieces = splitContent(chunk.content, contentBounds(relay, 0));
      const written = pieces.every((content, position) =>
        delta({ ...(position === 0 && chunk), index: chunk.index + position, content }),
      );
      stream = written ? { ...next, index: chunk.index + pieces.length } : loseChunks(next);
    },
    answer,
    interrupt() {
      if (draft !== undefined && stream.shown !== '') answer({ kind: 'block', content: stream.shown });
    },
  };
}

/** Chunks up to this many UTF-16 units fit every relay. */
const chunkLength = 64;

/** Room for everything in a frame but its content, in bytes. */
const envelopeBytes = 1000;

/** What a relay takes as the content of one reply that names so many events. */
export function contentBounds({ limits }: Pick<Transport, 'limits'>, events: number) {
  return {
    length: limits.contentLength,
    bytes: Math.max(256, limits.frameBytes - envelopeBytes - 67 * events),
  };
}
