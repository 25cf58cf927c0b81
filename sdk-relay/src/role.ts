import type { Hello, Parser, Welcome } from '@websocket-channel/protocol';
import type { Connection } from './connection.ts';
import type { Core } from './core.ts';
import type { Authenticate } from './identity.ts';
import type { Peer } from './stats.ts';

/** A peer as it is known after its `hello`. */
export interface Known {
  readonly source: string;
  readonly name?: string;
  readonly expiresAt?: number;
}

/** What a session hands its frames to once it is open. */
export interface Handler<I, F> {
  /** Begins, after the welcome. */
  start(): void;
  /** @param text What the frame was read from. */
  handle(frame: F, text: string): void;
  /** The peer proved its identity anew. */
  identify(identity: I): void;
  /** The connection is gone. */
  end(): void;
}

/** What distinguishes the sessions of clients from those of agents. */
export interface Role<I, F> {
  readonly peer: Peer;
  readonly parse: Parser<F>;
  readonly authenticate: (core: Core) => Authenticate<I>;
  /** Members of `welcome` that only this role has. */
  readonly welcome: (identity: I) => Partial<Welcome>;
  /** @returns Whether the peer may have another connection; otherwise it was told so. */
  readonly admits: (core: Core, connection: Connection, identity: I) => boolean;
  readonly open: (core: Core, connection: Connection, identity: I, hello: Hello) => Handler<I, F>;
}
