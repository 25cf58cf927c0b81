import {
  type Cancel,
  type Capability,
  type ClientToRelay,
  type Cursor,
  closeCodes,
  type EventSubmission,
  type Hello,
  type HistorySubmission,
  type Receipt as ReceiptFrame,
  type Signal,
} from '@websocket-channel/protocol';
import { parseClientToRelay } from '@websocket-channel/protocol/relay';
import { Attachment, type Reader } from './attachment.ts';
import { steadyNow } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import { readHistory } from './history.ts';
import { owns, type ParticipantIdentity } from './identity.ts';
import { answer } from './receipt.ts';
import type { Handler, Role } from './role.ts';
import { splice } from './splice.ts';

const clientCapabilities = ['stream', 'signal', 'receipt', 'progress', 'commands'] as const;

/** Sessions of participants' clients. */
export const clientRole: Role<ParticipantIdentity, ClientToRelay> = {
  peer: 'client',
  parse: parseClientToRelay,
  authenticate: ({ options }) => options.authenticate,
  welcome: ({ source }) => ({ conversation: source, capabilities: [...clientCapabilities] }),
  admits: (core, connection, identity) => ClientConnection.admits(core, connection, identity),
  open: (core, connection, identity, hello) => new ClientConnection(core, connection, identity, hello),
};

/** A client's frames: what each asks for, and whether its participant may. */
export class ClientConnection implements Reader, Handler<ParticipantIdentity, ClientToRelay> {
  /** Counts one more connection of a participant. @returns Whether it may have it; otherwise it was told so. */
  static admits(
    { options, presence }: Core,
    connection: Connection,
    { source }: ParticipantIdentity,
  ): boolean {
    const limit = options.limits.connectionsPerIdentity;
    if (presence.enter(source, limit)) return true;
    connection.refuse('unavailable', `More than ${limit} connections of this participant`, {
      details: { limit },
    });
    connection.close(closeCodes.overloaded, 'too many connections');
    return false;
  }

  readonly connection: Connection;
  readonly reads: Reader['reads'];
  isPaging = false;
  readonly #core: Core;
  readonly #cursors: readonly Cursor[];
  #identity: ParticipantIdentity;
  readonly #attachments = new Map<
    string,
    { readonly conversation: Conversation; readonly attachment: Attachment }
  >();

  constructor(
    core: Core,
    connection: Connection,
    identity: ParticipantIdentity,
    { capabilities, attach }: Hello,
  ) {
    this.#core = core;
    this.connection = connection;
    this.#identity = identity;
    const reads = (capability: Capability): boolean => capabilities?.includes(capability) === true;
    const signal = reads('signal');
    this.reads = {
      stream: reads('stream'),
      signal,
      receipt: reads('receipt'),
      progress: signal && reads('progress'),
      commands: reads('commands'),
    };
    this.#cursors = attach ?? [{ conversation: identity.source }];
    connection.onDrain = () => this.advance();
  }

  advance(): void {
    for (const { attachment } of this.#attachments.values()) attachment.advance();
  }

  start(): void {
    for (const cursor of this.#cursors) this.#attach(cursor);
  }

  identify(identity: ParticipantIdentity): void {
    this.#identity = identity;
    for (const name of this.#attachments.keys()) if (this.#verdict(name) !== 'allowed') this.#detach(name);
  }

  end(): void {
    for (const name of [...this.#attachments.keys()]) this.#detach(name);
    this.#core.presence.leave(this.#identity.source);
  }

  handle(frame: ClientToRelay, text: string): void {
    if (frame.type === 'event') return this.#event(frame, text);
    const wait = this.#core.frames.spend(this.#identity.source, steadyNow());
    if (wait > 0) {
      return this.connection.refuse('rate_limited', 'Too many frames', {
        // That is all that tells which attachment is refused.
        ...('conversation' in frame && { conversation: frame.conversation }),
        retryAfterMs: wait,
      });
    }
    switch (frame.type) {
      case 'attach':
        return this.#attach(frame);
      case 'detach':
        return this.#core.conversations.find(frame.conversation, 0, () => this.#detach(frame.conversation));
      case 'history':
        return this.#history(frame);
      case 'cancel':
        return this.#cancel(frame);
      case 'signal':
        return this.#signal(frame);
      case 'receipt':
        return this.#receipt(frame);
    }
  }

  #attach(cursor: Cursor): void {
    const limit = this.#core.options.limits.attachments;
    this.#use(cursor.conversation, undefined, (conversation) => {
      if (!this.connection.isOpen) return;
      const replaced = this.#attachments.get(conversation.name)?.attachment;
      this.#detach(conversation.name);
      if (this.#attachments.size >= limit) {
        return this.connection.refuse('forbidden', `More than ${limit} conversations on one connection`, {
          conversation: conversation.name,
          details: { limit },
        });
      }
      const attachment = new Attachment(this, conversation, this.#core);
      replaced?.giveWay(attachment);
      this.#attachments.set(conversation.name, { conversation, attachment });
      conversation.attach(attachment);
      attachment.start(cursor);
    });
  }

  #detach(name: string): void {
    const attached = this.#attachments.get(name);
    if (attached === undefined) return;
    this.#attachments.delete(name);
    attached.conversation.detach(attached.attachment);
  }

  #event(event: EventSubmission, text: string): void {
    const { source } = this.#identity;
    const wait = this.#core.events.spend(source, steadyNow());
    if (wait > 0) {
      const { burst, perMs } = this.#core.options.limits.events;
      return this.connection.refuse('rate_limited', `More than ${burst} events in ${perMs} ms`, {
        ref: event.id,
        retryAfterMs: wait,
      });
    }
    const say = (conversation: Conversation): void => {
      const body = splice(text, event, { source, conversation: conversation.name });
      conversation.append('event', event.id, body, (receipt) =>
        answer(this.connection, conversation.name, event.id, receipt),
      );
    };
    this.#use(event.conversation ?? source, event.id, say, text.length);
  }

  #history(page: HistorySubmission): void {
    const { conversation: name } = page;
    this.#use(name, undefined, (conversation) =>
      readHistory(this.connection, conversation, page, this.#core, (past) => {
        // What the participant may do may have been told anew meanwhile.
        this.#use(name, undefined, () => this.connection.send(past));
      }),
    );
  }

  #cancel({ conversation: name, turn }: Cancel): void {
    this.#use(name, undefined, (conversation) => {
      const { source } = this.#identity;
      const cancel: Cancel = {
        type: 'cancel',
        conversation: name,
        ...(turn !== undefined && { turn }),
        source,
      };
      conversation.cancel(cancel, (asked) => {
        if (!asked)
          this.connection.refuse('agent_offline', 'The agent is not connected', { conversation: name });
      });
    });
  }

  #signal({ kind, conversation: name, active, turn }: Signal): void {
    if (kind === 'presence') {
      return this.connection.refuse('forbidden', 'Presence is told by the relay', { conversation: name });
    }
    this.#use(name, undefined, (conversation) => {
      const signal: Signal = {
        type: 'signal',
        kind,
        conversation: name,
        source: this.#identity.source,
        ...(active !== undefined && { active }),
        ...(turn !== undefined && { turn }),
      };
      conversation.signal(signal, this);
      conversation.agent.signal(signal);
    });
  }

  #receipt({ conversation: name, status, seq }: ReceiptFrame): void {
    if (status !== 'read' || seq === undefined) {
      return this.connection.refuse('forbidden', 'A client tells what was read, up to a seq', {
        conversation: name,
      });
    }
    const { source } = this.#identity;
    this.#use(name, undefined, (conversation) =>
      conversation.receipt({ type: 'receipt', conversation: name, status, seq, source }, this),
    );
  }

  /**
   * Goes on with a conversation that the participant may use.
   *
   * @param ref The frame that is refused otherwise.
   * @param size UTF-16 units of text that wait for it.
   */
  #use(name: string, ref: string | undefined, proceed: (found: Conversation) => void, size = 0): void {
    const about = { conversation: name, ...(ref !== undefined && { ref }) };
    const identity = this.#identity;
    switch (this.#verdict(name)) {
      case 'forbidden':
        return this.connection.refuse('forbidden', 'The conversation belongs to somebody else', about);
      case 'failed':
        return this.connection.refuse('internal', 'It cannot be told whose the conversation is', about);
      case 'allowed':
        return this.#core.conversations.use(name, identity.agent ?? 'default', size, (found) => {
          // What the participant may do was told anew while the log was being opened.
          if (this.#identity !== identity) return this.#use(name, ref, proceed, size);
          if (typeof found === 'string') {
            this.connection.refuse('unavailable', 'The log cannot be opened', about);
          } else proceed(found);
        });
    }
  }

  #verdict(name: string): 'allowed' | 'forbidden' | 'failed' {
    if (owns(this.#identity, name)) return 'allowed';
    try {
      return this.#core.options.authorize(this.#identity, name) ? 'allowed' : 'forbidden';
    } catch (error) {
      this.#core.logger.error({ err: error }, 'the authorization failed');
      return 'failed';
    }
  }
}
