/** Path of a file of this repository. */
export const sourceOf = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;

/** The protocol's entries that the client uses, the check for development included, for a bundler. */
export const protocolSources: Record<string, string> = {
  '@websocket-channel/protocol': sourceOf('protocol/src/index.ts'),
  '@websocket-channel/protocol/client': sourceOf('protocol/src/client.ts'),
  '@websocket-channel/protocol/link': sourceOf('protocol/src/link.ts'),
  '@websocket-channel/protocol/sequence': sourceOf('protocol/src/sequence.ts'),
};
