import { recall, remember, useStored } from './useStored.ts';

const pattern = /^[A-Za-z0-9_-]{43}$/;

const newSecret = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
};

const key = 'websocket-channel.secret';
const participantKey = 'websocket-channel.participant';

/**
 * What a relay knows this browser by: random, and made once. It is kept in the storage of the page's own origin; a cookie would
 * go to every other program that listens on the same machine.
 */
export function useBrowserSecret(): string {
  const secret = useStored(key, newSecret(), (stored): stored is string => pattern.test(stored)).value;
  remember(key, secret);
  return secret;
}

/** The id under which a relay knows the holder of the secret, from the first time on that it said so. */
export const recallParticipant = (): string | undefined =>
  recall(participantKey, (stored): stored is string => stored !== '');

/** Keeps that id for the next visit. */
export const rememberParticipant = (participant: string): void => remember(participantKey, participant);
