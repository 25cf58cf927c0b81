import type { AgentToRelay, ClientToRelay, RelayToAgent, RelayToClient } from '../generated/frames.ts';
import type { Subject } from '../requirements.ts';

/** Any frame of the protocol. */
export type Frame = ClientToRelay | RelayToClient | AgentToRelay | RelayToAgent;

/** A frame, as it crossed one connection. */
export interface TraceFrame {
  readonly from: Subject;
  readonly frame: Frame;
  /** Milliseconds of any one clock; without it, nothing is said about the heartbeat. */
  readonly at?: number;
  /** The frame breaks its schema: only its `id` is looked at, as something that an `error` may refer to. */
  readonly illegal?: true;
}

/** The end of the connection. */
export interface TraceClose {
  readonly from: Subject;
  readonly close: { readonly code: number };
  readonly at?: number;
}

/** One step of a connection, in the order in which one of its two ends saw it. */
export type TraceEntry = TraceFrame | TraceClose;

/** A requirement that a trace breaks. */
export interface Violation {
  /** Id of the requirement, as PROTOCOL.md numbers them. */
  readonly requirement: string;
  /** Who broke it. */
  readonly by: Subject;
  /** Index of the entry that shows it, from 0. */
  readonly entry: number;
  /** What is wrong, for people. */
  readonly message: string;
}

/** Takes note of a violation at the entry in question. */
export type Judge = (requirement: string, by: Subject, message: string) => void;
