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
  /** What binds whoever writes or reads it, beside {@link ofEveryMessage}: ids of requirements. */
  readonly requirements: readonly string[];
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

/** The requirements that bind every message alike. */
export const ofEveryMessage: readonly string[] = [
  'R-FRAME-1',
  'R-FRAME-2',
  'R-FRAME-3',
  'R-FRAME-9',
  'R-FRAME-10',
];

/** The requirements that are about the connection, about files or what is shown, and not about any message. */
export const ofNoMessage: readonly string[] = [
  'R-HELLO-9',
  'R-HELLO-10',
  'R-ORIGIN-1',
  'R-HEART-4',
  'R-CLOSE-1',
  'R-CLOSE-2',
  'R-CLOSE-6',
  'R-FILE-2',
  'R-FILE-3',
  'R-FILE-4',
  'R-FILE-6',
  'R-FILE-7',
  'R-FILE-8',
  'R-FILE-9',
  'R-FILE-10',
  'R-LEGACY-1',
];
