import { createParser, type Parser } from './codec.ts';
import type { AgentToRelay, ClientToRelay } from './generated/frames.ts';
import { validators as agentValidators } from './generated/validate-agent-to-relay.js';
import { validators as clientValidators } from './generated/validate-client-to-relay.js';
import { limits } from './limits.ts';

/** Reads what a client sends to the relay. */
export const parseClientToRelay: Parser<ClientToRelay> = createParser(clientValidators, isPlain);

/** Reads what an agent sends to the relay. */
export const parseAgentToRelay: Parser<AgentToRelay> = createParser(agentValidators, isPlain);

/**
 * Whether a text holds neither a `null` nor enough brackets to be nested too deeply. Most texts are plain, and for a
 * relay that is cheaper to see than to look through what they were parsed to.
 */
function isPlain(text: string): boolean {
  let brackets = 0;
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) brackets++;
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) brackets++;
  return brackets <= limits.depth && !text.includes('null');
}
