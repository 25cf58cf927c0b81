import type { Attachment, Command } from '@websocket-channel/protocol';
import type { LinkState } from '@websocket-channel/protocol/link';
import type { Account } from './accounts.ts';
import { ChannelError, messageOf } from './errors.ts';
import { createHandledEvents } from './handled-events.ts';
import type { Host } from './host-port.ts';
import { createInbound, type Inbound } from './inbound.ts';
import { createLateAnswers } from './late-answers.ts';
import type { Log } from './log.ts';
import { createMessages, type Messages } from './messages.ts';
import { createNotes } from './notes.ts';
import { createOutbox } from './outbox.ts';
import type { Records } from './records.ts';
import { createRelayFiles, type FileContent, type RelayFiles } from './relay-files.ts';
import { createRelayMemory } from './relay-memory.ts';
import { createReplySender, type ReplySender } from './reply-sender.ts';
import { createRunStarts } from './run-starts.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import { createTurnJournal, type RecordedTurn } from './turn-journal.ts';
import { createTurns, type Turn } from './turns.ts';
import { within } from './wait.ts';

/** What one start of an agent needs. */
export interface AgentStart {
  readonly account: Account & { readonly relayUrl: string };
  readonly log: Log;
  readonly onState: (state: LinkState) => void;
  /** A frame of a participant's arrived. */
  readonly onInbound?: () => void;
  /** The agent said something that the relay is to store: a reply, or that a turn has ended. */
  readonly onOutbound?: () => void;
  /** What is to survive a crash cannot be written, or can be again where nothing is told. */
  readonly onTrouble?: (trouble: string | undefined) => void;
}

/** One agent: an account of the channel. It outlives its connections, so that a restart of the channel loses no reply. */
export interface Agent {
  /** The relay that it was made for. */
  readonly relayUrl: string;
  readonly connected: boolean;
  /** Milliseconds that the relay takes to answer, where it does. */
  roundTrip(timeoutMs: number): Promise<number | undefined>;
  /** Connects, ending an earlier connection. @returns Ends this connection, once the relay has what was said. */
  start(start: AgentStart): () => Promise<void>;
  /** Sends a message outside any turn, or answers the turn that waits for it; see {@link Messages.send}. */
  message: Messages['send'];
  /** Whether a message was handed over before; see {@link Messages.has}. */
  hasSent: Messages['has'];
  /** Tells participants that the agent writes, or no longer does. */
  typing(conversation: string, active: boolean): void;
  /** Stores a file for a conversation. @throws {ChannelError} `bad_file` */
  storeFile(conversation: string, file: FileContent): Promise<Attachment>;
  /** Ends it. What was not delivered stays on disk, for another agent of the same account and relay. */
  dispose(): void;
}

/** Parts that tests put in place of the usual ones. */
export interface AgentParts
  extends Pick<TransportOptions, 'backoff' | 'graceMs' | 'legacyAfterMs' | 'version'> {
  readonly host: Host;
  readonly records: Records;
  /** How often runs that go on after a restart are looked after, in milliseconds. @default 2000 */
  readonly pollMs?: number;
}

/** How long the end of a connection waits for the relay to acknowledge what was said, in milliseconds. */
const farewellMs = 1000;

/** Makes an agent that is not connected yet. */
export function createAgent(accountId: string, relayUrl: string, parts: AgentParts): Agent {
  const { host, records } = parts;
  const outbox = createOutbox(records);
  const handled = createHandledEvents(records);
  const journal = createTurnJournal(records);
  const memory = createRelayMemory(records);
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

  const starts = createRunStarts();
  const notes = createNotes({ host, records, log });
  const turns = createTurns((frame) => {
    if (frame.status !== 'ended') {
      if (frame.events.length > 1) journal.change(frame.id, { events: frame.events });
      return void relay().live(frame);
    }
    relay()
      .durable(frame)
      .catch((error: unknown) => log.error(`The end of a turn is lost: ${messageOf(error)}`));
    journal.forget(frame.id);
  });

  const streaming = () => current?.account.streaming ?? 'token';
  function sender(turn: Turn, thread: string | undefined, draft?: string): ReplySender {
    const replies = createReplySender({
      turn,
      thread,
      streaming: streaming(),
      transport: relay,
      log,
      draft,
      onAnswered: (isWhole) =>
        journal.change(turn.id, {
          draft: replies.draft,
          ...(isWhole ? { answered: true, text: undefined } : { begun: true }),
        }),
    });
    return replies;
  }

  const late = createLateAnswers({
    host,
    turns,
    journal,
    sender,
    log,
    ...(parts.pollMs !== undefined && { pollMs: parts.pollMs }),
  });
  const messages = createMessages({
    records,
    outbox,
    late,
    transport: () => transport,
  });
  let unwatch: (() => void) | undefined;

  /** Goes on with the turns that an earlier process left open. */
  function resume(): void {
    if (unwatch !== undefined) return;
    unwatch = host.watch((event) => {
      if (event.phase === 'started') notes.told(event.session);
      starts.observe(event);
      late.observe(event);
    });
    notes.resume();
    const ended = new Set(outbox.entries().map(({ frame }) => frame.type === 'turn' && frame.id));
    const sessions = new Map<string, RecordedTurn[]>();
    for (const turn of journal.turns()) {
      // Its end is on its way, or its event is delivered again.
      if (ended.has(turn.id) || !handled.has(turn.id)) journal.forget(turn.id);
      else sessions.set(turn.session, [...(sessions.get(turn.session) ?? []), turn]);
    }
    for (const open of sessions.values()) late.resume(open);
  }

  const inbound: Inbound = createInbound({
    accountId,
    host,
    turns,
    journal,
    handled,
    isUnderWay: (id) => turns.has(id) || outbox.entries().some(({ frame }) => frame.id === id),
    late,
    starts,
    notes,
    sender,
    transport: relay,
    streaming,
    progress: () => current?.account.progress ?? 'none',
    files,
    log,
  });

  /** What is thrown while the socket opens would end the Gateway. */
  function commands(): readonly Command[] {
    try {
      return host.commands();
    } catch (error) {
      log.warn(`The commands cannot be listed: ${messageOf(error)}`);
      return [];
    }
  }

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
      commands,
      version: parts.version,
      outbox,
      memory,
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
      // The turn of an event has its id here: its event may come again in the log in which it has ended.
      onStored: (id, epoch) => handled.has(id) && handled.add(id, { epoch }),
      onDurable: () => next.onOutbound?.(),
      backoff: parts.backoff ?? account.backoff,
      ...(parts.graceMs !== undefined && { graceMs: parts.graceMs }),
      ...(parts.legacyAfterMs !== undefined && { legacyAfterMs: parts.legacyAfterMs }),
    });
    transport = started;
    records.watch((trouble) => {
      if (trouble === undefined) log.info('What is under way is written to disk again');
      else log.warn(`What is under way is kept in memory alone, and lost if the Gateway crashes: ${trouble}`);
      next.onTrouble?.(trouble);
    });
    resume();
    started.start();
    return async () => {
      if (started.state.status === 'ready') await within(farewellMs, outbox.empty());
      started.stop();
    };
  }

  return {
    relayUrl,
    get connected() {
      return transport?.state.status === 'ready';
    },
    roundTrip: async (timeoutMs) => transport?.roundTrip(timeoutMs),
    start,
    message: messages.send,
    hasSent: messages.has,
    typing(conversation, active) {
      if (transport?.reads('signal'))
        transport.live({ type: 'signal', kind: 'typing', conversation, active });
    },
    storeFile: (conversation, file) => files().store(conversation, file),
    dispose() {
      transport?.stop();
      unwatch?.();
      late.stop();
      records.close();
      outbox.clear(new ChannelError('stopped', 'The channel was stopped, or uses another relay'));
    },
  };
}
