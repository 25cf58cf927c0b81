import { createParser, type Parser } from './codec.ts';
import type { AgentToRelay, ClientToRelay } from './generated/frames.ts';
import { validators as agentValidators } from './generated/validate-agent-to-relay.js';
import { validators as clientValidators } from './generated/validate-client-to-relay.js';

/** Reads what a client sends to the relay. */
export const parseClientToRelay: Parser<ClientToRelay> = createParser(clientValidators, isPlain);

/** Reads what an agent sends to the relay. */
export const parseAgentToRelay: Parser<AgentToRelay> = createParser(agentValidators, isPlain);

/**
 * Whether a frame holds neither a `null` nor anything nested but lists of strings. Most frames are plain, and engines go
 * through the names of an object quickly only in code that never meets those of an array.
 */
function isPlain(frame: object): boolean {
  for (const key in frame) {
    const member = (frame as Record<string, unknown>)[key];
    if (typeof member === 'object' && !isListOfStrings(member)) return false;
  }
  return true;
}

const isListOfStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
