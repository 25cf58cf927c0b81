import { type Event, encode, type Reply } from '@websocket-channel/protocol';
import { encodeLegacyReply, parseLegacyEvent } from '@websocket-channel/protocol/legacy';
import { ClientConnection } from './client-connection.ts';
import type { Connection } from './connection.ts';
import type { Core } from './core.ts';
import type { ParticipantIdentity } from './identity.ts';
import type { Pulse } from './pulse.ts';
import type { Conversant } from './wire.ts';

/** What a frontend of the tutorial is told: replies, and nothing else. */
export function translateForLegacyClient(text: string): string | undefined {
  const frame: { type: string } = JSON.parse(text);
  return frame.type === 'reply' ? encodeLegacyReply(frame as Reply) : undefined;
}

/**
 * A frontend of the tutorial: it says events and is told replies. Its wire has no hello, so that it is known by its
 * request alone; a guest is the participant that its first event names.
 */
export class LegacyClient implements Conversant {
  readonly #core: Core;
  readonly #connection: Connection;
  readonly #identity: ParticipantIdentity;
  readonly #pulse: Pulse;
  #client: ClientConnection | undefined;

  constructor(core: Core, connection: Connection, identity: ParticipantIdentity, pulse: Pulse) {
    this.#core = core;
    this.#connection = connection;
    this.#identity = identity;
    this.#pulse = pulse;
  }

  start(): void {
    if (!this.#core.options.guests) this.#open(this.#identity);
  }

  receive(text: string): void {
    const parsed = parseLegacyEvent(text, 'frontend', this.#identity.source);
    switch (parsed.status) {
      case 'unknown':
        this.#core.stats.unknown++;
        return;
      case 'fault':
        return this.#connection.refuse(parsed.fault.code, parsed.fault.message);
      case 'frame':
        this.#core.stats.frame('event');
        return this.#submit(parsed.frame);
    }
  }

  end(): void {
    this.#client?.end();
    this.#client = undefined;
  }

  tick(now: number): void {
    this.#pulse.check(this.#connection, now);
  }

  #submit({ id, source, content, timestamp }: Event): void {
    const client = this.#client ?? this.#open({ ...this.#identity, source });
    if (client === undefined || id === undefined) return;
    const submission = { type: 'event', id, content, timestamp } as const;
    client.handle(submission, encode(submission));
  }

  #open(identity: ParticipantIdentity): ClientConnection | undefined {
    if (!ClientConnection.admits(this.#core, this.#connection, identity)) return undefined;
    this.#client = new ClientConnection(this.#core, this.#connection, identity, {
      type: 'hello',
      role: 'client',
      versions: [],
    });
    this.#client.start();
    return this.#client;
  }
}
