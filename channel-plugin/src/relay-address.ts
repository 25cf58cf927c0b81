import { limits } from '@websocket-channel/protocol';

/** The address, or what keeps it from being one. */
export function usableUrl(value: unknown, find: (message: string) => undefined): string | undefined {
  if (value === undefined || value === '') return find('is missing: the agent address of your relay');
  const url = typeof value === 'string' ? URL.parse(value.trim()) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    return find('must be a WebSocket address such as wss://relay.example.com/openclaw');
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return find('must hold neither a user name, a password nor a fragment');
  }
  return url.href;
}

/** The token, or what keeps it from being one. */
export function usableToken(value: unknown, find: (message: string) => undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return find('refers to a secret that is not available');
  return value.length > limits.tokenLength ? find(`is longer than ${limits.tokenLength} characters`) : value;
}
