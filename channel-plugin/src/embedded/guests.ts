import { createHash } from 'node:crypto';
import type { Authenticate, ParticipantIdentity } from '@websocket-channel/sdk-relay';

/** The agent's account at an embedded relay, which knows no other. */
export const onlyAgent = 'default';

/** 32 random bytes in base64url, as the page makes them. */
const secret = /^[A-Za-z0-9_-]{43}$/;

/**
 * Knows each browser by a secret that its page made and keeps. The participant's id follows from the secret and not the other
 * way round, so that nobody who reads an id, in a list of approvals or in a log, can pass for it, and nothing has to be kept here.
 */
export const authenticateBrowser: Authenticate<ParticipantIdentity> = ({ token }) =>
  token === undefined || !secret.test(token) ? undefined : { source: guestOf(token), agent: onlyAgent };

const guestOf = (token: string): string =>
  `guest-${createHash('sha256').update(`websocket-channel guest ${token}`).digest('hex').slice(0, 20)}`;
