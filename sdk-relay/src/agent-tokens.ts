import { createHash, timingSafeEqual } from 'node:crypto';
import type { AgentIdentity, Authenticate } from './identity.ts';

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * Authenticates agents by fixed tokens. Every token is compared, each in constant time.
 *
 * @param tokens The token of each agent account.
 * @throws {TypeError} If a token is missing or two accounts have the same.
 */
export function agentTokens(tokens: Readonly<Record<string, string>>): Authenticate<AgentIdentity> {
  const entries = Object.entries(tokens);
  for (const [source, token] of entries) {
    if (typeof token !== 'string' || token === '') {
      throw new TypeError(`agentTokens: the token of ${source} is missing`);
    }
  }
  if (new Set(Object.values(tokens)).size < entries.length) {
    throw new TypeError('agentTokens: two accounts have the same token');
  }
  const accounts = entries.map(([source, token]) => ({ source, digest: digest(token) }));
  return ({ token }) => {
    const shown = digest(token ?? '');
    const matches = accounts.filter((account) => timingSafeEqual(account.digest, shown));
    return matches[0] === undefined ? undefined : { source: matches[0].source };
  };
}
