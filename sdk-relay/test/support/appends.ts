import type { Append, Page } from '../../src/index.ts';

/** A page that holds whatever a test has stored. */
export const everything: Page = { frames: 100_000, size: 1e9 };

/** A frame that is to be stored. */
export const append = (
  conversation: string,
  id: string,
  type: Append['type'] = 'event',
  content = `content of ${id}`,
): Append => ({
  conversation,
  type,
  id,
  body: JSON.stringify({ type, id, conversation, content }).slice(0, -1),
});
