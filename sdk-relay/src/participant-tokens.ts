import { jwtVerify } from 'jose';
import type { Authenticate, ParticipantIdentity } from './identity.ts';

/**
 * Authenticates participants by JSON Web Tokens that your server signs with HS256. `sub` is the participant's id, `name`
 * its display name, `exp` the token's end, `agent` the agent that serves it and `conversations` what it may use beside its own.
 *
 * @param secret The shared secret, at least 32 bytes.
 * @throws {TypeError} If the secret is too short to be safe.
 */
export function participantTokens(secret: string): Authenticate<ParticipantIdentity> {
  const key = new TextEncoder().encode(secret);
  if (key.length < 32) throw new TypeError('The secret of participant tokens must have at least 32 bytes');
  return async ({ token }) => {
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
      return identityOf(payload);
    } catch {
      return undefined;
    }
  };
}

function identityOf({
  sub,
  exp,
  name,
  agent,
  conversations,
}: Record<string, unknown>): ParticipantIdentity | undefined {
  if (typeof sub !== 'string') return undefined;
  return {
    source: sub,
    ...(typeof name === 'string' && { name }),
    ...(typeof agent === 'string' && { agent }),
    ...(typeof exp === 'number' && { expiresAt: exp * 1000 }),
    ...(Array.isArray(conversations) && { conversations: conversations.map(String) }),
  };
}
