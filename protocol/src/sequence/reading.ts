import { parseRelayToAgent } from '../agent.ts';
import { parseRelayToClient } from '../client.ts';
import type { Parser } from '../codec.ts';
import { parseAgentToRelay, parseClientToRelay } from '../relay.ts';
import type { Subject } from '../requirements.ts';
import type { Frame } from './trace.ts';

/** A frame of which only the type is known. */
export type LooseFrame = { readonly type: string; readonly [member: string]: unknown };

/** What a text message turns out to be. */
export interface Reading {
  /** The frame, legal or not; absent where the text is no JSON object. */
  readonly frame?: LooseFrame;
  /** Which requirement the text breaks by itself, whatever came before it. */
  readonly fault?: { readonly requirement: string; readonly message: string };
}

const parsers: Record<'client' | 'agent', Record<'toRelay' | 'fromRelay', Parser<Frame>>> = {
  client: { toRelay: parseClientToRelay, fromRelay: parseRelayToClient },
  agent: { toRelay: parseAgentToRelay, fromRelay: parseRelayToAgent },
};

/** Reads a message of a connection between the relay and such a peer. */
export function readMessage(peer: 'client' | 'agent', from: Subject, text: string): Reading {
  const parsed = parsers[peer][from === 'relay' ? 'fromRelay' : 'toRelay'](text);
  if (parsed.status === 'frame') return { frame: parsed.frame as unknown as LooseFrame };
  const frame = objectIn(text);
  if (parsed.status === 'unknown') return { ...frame };
  const { code, message } = parsed.fault;
  return { ...frame, fault: { requirement: code === 'malformed' ? 'R-FRAME-1' : 'R-FRAME-10', message } };
}

function objectIn(text: string): Pick<Reading, 'frame'> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { frame: value as LooseFrame } : undefined;
  } catch {
    return undefined;
  }
}
