import { remember, useStored } from './useStored.ts';

/** What a guest may be called: the page is stricter than the protocol, so that names stay readable. */
export const guestNamePattern = '[A-Za-z0-9._\\-]{1,32}';

const isGuestName = (value: string): value is string => new RegExp(`^${guestNamePattern}$`).test(value);

const randomName = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `guest-${Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')}`;
};

const key = 'websocket-channel.guest';

/** The name under which this browser talks to a relay that takes guests. */
export function useGuestName() {
  const name = useStored(key, randomName(), isGuestName);
  // A random name is kept as well: after a reload the conversation is still the same.
  remember(key, name.value);
  return { name, isGuestName };
}
