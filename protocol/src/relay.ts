import { createParser, type Parser } from './codec.ts';
import type { AgentToRelay, ClientToRelay } from './generated/frames.ts';
import { validators as agentValidators } from './generated/validate-agent-to-relay.js';
import { validators as clientValidators } from './generated/validate-client-to-relay.js';

/** Reads what a client sends to the relay. */
export const parseClientToRelay: Parser<ClientToRelay> = createParser(clientValidators);

/** Reads what an agent sends to the relay. */
export const parseAgentToRelay: Parser<AgentToRelay> = createParser(agentValidators);
