import { createHash } from 'node:crypto';
import { type Action, type Attachment, mintId } from '@websocket-channel/protocol';
import { contentBounds, splitContent } from './content-split.ts';
import { ChannelError } from './errors.ts';
import type { LateAnswers } from './late-answers.ts';
import type { Outbox } from './outbox.ts';
import type { Change, Records } from './records.ts';
import type { Transport } from './transport.ts';
import { within } from './wait.ts';

/** A message outside any turn, or the answer of a turn that waits for it. */
export interface Message {
  readonly conversation: string;
  readonly content: string;
  /** Idempotency key. @default none: it is another message each time */
  readonly id?: string;
  readonly thread?: string;
  readonly replyTo?: string;
  readonly attachments?: readonly Attachment[];
  /** Buttons. */
  readonly actions?: readonly Action[];
  /** What becomes of `target`. @default 'message', which has no target */
  readonly kind?: 'message' | 'edit' | 'delete' | 'reaction';
  /** The event or reply that is edited, deleted or reacted to. */
  readonly target?: string;
}

/** Sends what OpenClaw says outside of the run that was asked. */
export interface Messages {
  /**
   * Sends a message; where the relay is away, it waits in the outbox. With an id it is sent once, however often it is handed
   * over.
   *
   * @returns Id of the reply that it became; with an id, once the relay has it.
   * @throws {ChannelError} `offline` when the agent was never started, `outbox_full`, `refused`, `unconfirmed` when the relay
   * may have it, or gets it later.
   */
  send(message: Message): Promise<string>;
  /** Whether a message of this id was handed over before, also to an earlier process. */
  has(id: string): boolean;
}

/** What messages need. */
export interface MessagesOptions {
  readonly records: Records;
  readonly outbox: Outbox;
  readonly late: LateAnswers;
  /** The connection of the moment, if the agent was ever started. */
  readonly transport: () => Transport | undefined;
  /** How many ids are remembered: more than OpenClaw's queue hands over again. @default 1000 */
  readonly remembered?: number;
}

/** How long the relay may take to acknowledge a message, in milliseconds. */
const confirmationMs = 15_000;

/** Makes the sender of messages, with what earlier processes sent. */
export function createMessages({
  records,
  outbox,
  late,
  transport,
  remembered = 1000,
}: MessagesOptions): Messages {
  /** Ids of messages, and of the replies that each became. */
  const sent = new Map<string, readonly string[]>(
    records.all('sent').map(([id, replies]) => [id, replies.split(' ')]),
  );

  function remember(id: string, replies: readonly string[]): void {
    sent.set(id, replies);
    const changes: Change[] = [{ shelf: 'sent', key: id, value: replies.join(' ') }];
    for (const oldest of sent.keys()) {
      if (sent.size <= remembered) break;
      sent.delete(oldest);
      changes.push({ shelf: 'sent', key: oldest, value: undefined });
    }
    records.write(...changes);
    forgetRefused(id, replies);
  }

  /** What the relay refuses, be it after nobody waits any more, is sent when it is handed over again. */
  function forgetRefused(id: string, replies: readonly string[]): void {
    outbox.stored(...replies).catch(() => {
      if (sent.delete(id)) records.write({ shelf: 'sent', key: id, value: undefined });
    });
  }

  for (const [id, replies] of sent) forgetRefused(id, replies);

  async function confirm(replies: readonly string[]): Promise<void> {
    const stored = outbox.stored(...replies).then(() => true);
    if ((await within(confirmationMs, stored)) !== true) {
      throw new ChannelError(
        'unconfirmed',
        `The relay did not confirm the message within ${confirmationMs} ms`,
      );
    }
  }

  /** Says a message outside any turn. @returns The ids of the replies that it became. */
  function say(relay: Transport, message: Message): readonly string[] {
    const { id = mintId(), conversation, content, thread, replyTo } = message;
    const { attachments, actions, kind, target } = message;
    const last = {
      ...(attachments !== undefined && { attachments: [...attachments] }),
      ...(actions !== undefined && { actions: [...actions] }),
    };
    // What takes the place of another message stays one.
    const pieces = kind === undefined ? splitContent(content, contentBounds(relay, 0, last)) : [content];
    const replies = pieces.map((piece, position) => ({
      type: 'reply' as const,
      id: position === 0 ? id : pieceId(id, position),
      conversation,
      kind: kind ?? 'message',
      content: piece,
      timestamp: Date.now(),
      ...(thread !== undefined && { thread }),
      ...(replyTo !== undefined && { replyTo }),
      ...(position === pieces.length - 1 && last),
      ...(target !== undefined && { target }),
    }));
    void relay.durable(...replies);
    return replies.map((reply) => reply.id);
  }

  return {
    has: (id) => sent.has(id),
    async send(message) {
      const relay = transport();
      if (relay === undefined) {
        throw new ChannelError('offline', 'The agent is not connected to its relay');
      }
      const { id, kind, actions } = message;
      let replies = id === undefined ? undefined : sent.get(id);
      if (replies === undefined) {
        const isPlain = kind === undefined && actions === undefined;
        replies = (isPlain ? late.take(message) : undefined) ?? say(relay, message);
        if (id !== undefined) remember(id, replies);
      }
      if (id !== undefined) await confirm(replies);
      return replies[0]!;
    },
  };
}

/** The same piece of the same message has the same id. */
const pieceId = (id: string, position: number): string =>
  createHash('sha256')
    .update(JSON.stringify([id, position]))
    .digest('base64url');
