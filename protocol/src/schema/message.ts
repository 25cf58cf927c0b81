import type { TObject } from '@sinclair/typebox';

/** Who sends a frame to whom. */
export const directions = ['client-to-relay', 'relay-to-client', 'agent-to-relay', 'relay-to-agent'] as const;
export type Direction = (typeof directions)[number];

/** Durable frames are stored and ordered; live ones may be merged or dropped; control frames concern one connection. */
export type Plane = 'durable' | 'live' | 'control';

/** One entry of the registry: all that is known about a message type. */
export interface Message {
  readonly type: string;
  /** Planes the type belongs to: `reply` and `turn` have durable and live kinds. */
  readonly planes: readonly Plane[];
  /** The schema in each direction that the type may travel. */
  readonly schemas: Readonly<Partial<Record<Direction, TObject>>>;
  /** Capability that its reader must have declared; absent for the core of the protocol. */
  readonly capability?: string;
  /** Legal frames, from the smallest to a full one, by direction. */
  readonly examples: readonly {
    readonly direction: Direction;
    readonly frame: Readonly<Record<string, unknown>>;
  }[];
}
