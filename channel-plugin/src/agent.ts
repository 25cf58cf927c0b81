import { type Attachment, mintId } from '@websocket-channel/protocol';
import type { LinkState } from '@websocket-channel/protocol/link';
import type { Account } from './accounts.ts';
import { ChannelError, messageOf } from './errors.ts';
import type { HandledEvents } from './handled-events.ts';
import type { Host } from './host-port.ts';
import { createInbound, type Inbound } from './inbound.ts';
import type { Log } from './log.ts';
import { createOutbox } from './outbox.ts';
import { createRelayFiles, type FileContent, type RelayFiles } from './relay-files.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import type { TurnJournal } from './turn-journal.ts';
import { createTurns } from './turns.ts';

/** What one start of an agent needs. */
export interface AgentStart {
  readonly account: Account & { readonly relayUrl: string };
  readonly log: Log;
  readonly onState: (state: LinkState) => void;
  /** A frame of a participant's arrived. */
  readonly onInbound?: () => void;
  /** A frame of the agent's went out. */
  readonly onOutbound?: () => void;
}

/** One agent: an account of the channel. It outlives its connections, so that a restart of the channel loses no reply. */
export interface Agent {
  /** The relay that it was made for. */
  readonly relayUrl: string;
  readonly connected: boolean;
  /** Connects, ending an earlier connection. @returns Ends this connection, once the relay has what was said. */
  start(start: AgentStart): () => Promise<void>;
  /**
   * Sends a message outside any turn and waits until the relay has it.
   *
   * @param id Idempotency key: the same id and content is stored once.
   * @throws {ChannelError} `offline` when nothing was written, `refused`, `unconfirmed` when the relay may have it.
   */
  message(message: {
    conversation: string;
    content: string;
    id?: string;
    thread?: string;
    replyTo?: string;
    attachments?: readonly Attachment[];
  }): Promise<string>;
  /** Stores a file for a conversation. @throws {ChannelError} `bad_file` */
  storeFile(conversation: string, file: FileContent): Promise<Attachment>;
  /** Gives up what was not delivered. */
  dispose(): void;
}

/** Parts that tests put in place of the usual ones. */
export interface AgentParts extends Pick<TransportOptions, 'backoff' | 'graceMs' | 'version'> {
  readonly host: Host;
  readonly journal: TurnJournal;
  readonly handled: HandledEvents;
}

/** How long the relay may take to acknowledge a message, in milliseconds. */
const confirmationMs = 15_000;

/** How long the end of a connection waits for the relay to acknowledge what was said, in milliseconds. */
const farewellMs = 1000;

/** Makes an agent that is not connected yet. */
export function createAgent(accountId: string, relayUrl: string, parts: AgentParts): Agent {
  const outbox = createOutbox();
  let transport: Transport | undefined;
  let current: AgentStart | undefined;

  const log: Log = {
    info: (message) => current?.log.info(message),
    warn: (message) => current?.log.warn(message),
    error: (message) => current?.log.error(message),
    debug: (message) => current?.log.debug?.(message),
  };

  const relay = (): Transport => {
    if (transport === undefined) throw new ChannelError('stopped', 'The agent was never started');
    return transport;
  };

  const files = (): RelayFiles =>
    createRelayFiles({
      relayUrl,
      token: current?.account.token,
      files: transport?.files,
      maxBytes: current?.account.mediaMaxBytes ?? 0,
    });

  const turns = createTurns((frame) => {
    if (frame.status !== 'ended') return void relay().live(frame);
    current?.onOutbound?.();
    relay()
      .durable(frame)
      .catch((error: unknown) => log.error(`The end of a turn is lost: ${messageOf(error)}`))
      .then(() => parts.journal.forget(frame.id))
      .catch((error: unknown) => log.warn(`The journal of turns cannot be written: ${messageOf(error)}`));
  });
  let resumed = false;

  /** Ends the turns that an earlier process left open. */
  async function resume(): Promise<void> {
    if (resumed) return;
    resumed = true;
    await parts.handled.ready;
    for (const turn of await parts.journal.leftOpen()) {
      // An event that is not known as handled is delivered again, and its turn goes on.
      if (parts.handled.has(turn.id)) turns.endLeftOpen(turn);
      else await parts.journal.forget(turn.id);
    }
  }

  const inbound: Inbound = createInbound({
    accountId,
    host: parts.host,
    turns,
    journal: parts.journal,
    handled: parts.handled,
    transport: relay,
    streaming: () => current?.account.streaming ?? 'token',
    files,
    log,
  });

  function start(next: AgentStart): () => Promise<void> {
    transport?.stop();
    current = next;
    const { account } = next;
    const started = createTransport({
      relayUrl,
      token: account.token,
      source: accountId,
      name: account.name,
      stream: account.streaming,
      version: parts.version,
      outbox,
      log: next.log,
      onState(state) {
        if (transport !== started) return;
        next.onState(state);
        if (state.status === 'ready') turns.announce();
      },
      onEvent(event) {
        next.onInbound?.();
        inbound.event(event);
      },
      onCancel: (cancel) => inbound.cancel(cancel),
      ...(parts.backoff !== undefined && { backoff: parts.backoff }),
      ...(parts.graceMs !== undefined && { graceMs: parts.graceMs }),
    });
    transport = started;
    started.start();
    resume().catch((error: unknown) => log.warn(`Turns of the past cannot be ended: ${messageOf(error)}`));
    return async () => {
      if (started.state.status === 'ready') await within(farewellMs, outbox.empty());
      started.stop();
      await parts.journal.written();
    };
  }

  return {
    relayUrl,
    get connected() {
      return transport?.state.status === 'ready';
    },
    start,
    async message({ conversation, content, id = mintId(), thread, replyTo, attachments }) {
      if (transport?.state.status !== 'ready') {
        throw new ChannelError('offline', 'The agent is not connected to its relay');
      }
      const stored = transport.durable({
        type: 'reply',
        id,
        conversation,
        kind: 'message',
        content,
        timestamp: Date.now(),
        ...(thread !== undefined && { thread }),
        ...(replyTo !== undefined && { replyTo }),
        ...(attachments !== undefined && { attachments: [...attachments] }),
      });
      current?.onOutbound?.();
      await confirmed(stored);
      return id;
    },
    storeFile: (conversation, file) => files().store(conversation, file),
    dispose() {
      transport?.stop();
      outbox.clear(new ChannelError('stopped', 'The channel now uses another relay'));
    },
  };
}

async function confirmed(stored: Promise<void>): Promise<void> {
  const answered = await within(
    confirmationMs,
    stored.then(() => true),
  );
  if (answered !== true) {
    throw new ChannelError(
      'unconfirmed',
      `The relay did not confirm the message within ${confirmationMs} ms`,
    );
  }
}

/** What a promise settles with, or nothing when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
