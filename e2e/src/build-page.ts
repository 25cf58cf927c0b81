import { buildPage, isPageStale } from '@websocket-channel/example-full-chain/repository';

/** Builds the chat page before any test: none is to find it half built by another. */
export async function setup(): Promise<void> {
  if (await isPageStale()) await buildPage();
}
