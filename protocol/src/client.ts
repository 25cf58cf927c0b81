import { createParser, type Parser } from './codec.ts';
import type { RelayToClient } from './generated/frames.ts';
import { validators } from './generated/validate-relay-to-client.js';

/** Reads what a relay sends to a client. */
export const parseRelayToClient: Parser<RelayToClient> = createParser(validators);
