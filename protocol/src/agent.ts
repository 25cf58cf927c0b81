import { createParser, type Parser } from './codec.ts';
import type { RelayToAgent } from './generated/frames.ts';
import { validators } from './generated/validate-relay-to-agent.js';

/** Reads what a relay sends to an agent. */
export const parseRelayToAgent: Parser<RelayToAgent> = createParser(validators);
