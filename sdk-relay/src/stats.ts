import { type ErrorCode, errorCodes } from '@websocket-channel/protocol';

/** Who is at the other end of a connection. */
export type Peer = 'client' | 'agent';

/** What a relay counted since it was made; plain numbers. */
export interface RelayStats {
  /** Connections at the moment. */
  readonly connections: { readonly clients: number; readonly agents: number };
  /** Upgrades that were refused, by HTTP status. */
  readonly refusedUpgrades: Readonly<Record<number, number>>;
  /** Legal frames that arrived, by type. */
  readonly frames: Readonly<Record<string, number>>;
  /** Frames of a type that the relay does not know; they are ignored. */
  readonly unknown: number;
  /** Refused frames, by error code. */
  readonly faults: Readonly<Record<ErrorCode, number>>;
  /** Connections that the relay closed, by close code. */
  readonly closes: Readonly<Record<number, number>>;
  /** Durable frames that were stored. */
  readonly appended: number;
  /** Durable frames that were stored before. */
  readonly duplicates: number;
  /** Live frames that were left out for connections that read too slowly. */
  readonly dropped: number;
  /** Events that waited too long for their agent. */
  readonly expired: number;
  /** Files that were stored and handed out. */
  readonly files: { readonly stored: number; readonly read: number };
}

/** Counts what a relay does. */
export class Stats {
  readonly #connections = { client: 0, agent: 0 };
  readonly #refusedUpgrades: Record<number, number> = {};
  readonly #frames: Record<string, number> = {};
  readonly #faults = Object.fromEntries(Object.keys(errorCodes).map((code) => [code, 0])) as Record<
    ErrorCode,
    number
  >;
  readonly #closes: Record<number, number> = {};
  unknown = 0;
  appended = 0;
  duplicates = 0;
  dropped = 0;
  expired = 0;
  filesStored = 0;
  filesRead = 0;

  opened(peer: Peer): void {
    this.#connections[peer]++;
  }

  gone(peer: Peer): void {
    this.#connections[peer]--;
  }

  refusedUpgrade(status: number): void {
    this.#refusedUpgrades[status] = (this.#refusedUpgrades[status] ?? 0) + 1;
  }

  /** Only legal frames are counted by type, so that a peer cannot make up types. */
  frame(type: string): void {
    this.#frames[type] = (this.#frames[type] ?? 0) + 1;
  }

  fault(code: ErrorCode): void {
    this.#faults[code]++;
  }

  closed(code: number): void {
    this.#closes[code] = (this.#closes[code] ?? 0) + 1;
  }

  snapshot(): RelayStats {
    return {
      connections: { clients: this.#connections.client, agents: this.#connections.agent },
      refusedUpgrades: { ...this.#refusedUpgrades },
      frames: { ...this.#frames },
      unknown: this.unknown,
      faults: { ...this.#faults },
      closes: { ...this.#closes },
      appended: this.appended,
      duplicates: this.duplicates,
      dropped: this.dropped,
      expired: this.expired,
      files: { stored: this.filesStored, read: this.filesRead },
    };
  }
}
