import { createHash } from 'node:crypto';
import { limits } from '@websocket-channel/protocol';

/**
 * What is said by pressing a button. It is part of the action's id, as far as it fits: so a button works after a restart of the
 * Gateway. Whoever makes up an id says no more than it could have said in words.
 */
export interface ButtonTexts {
  /** The id of an action that says a text. */
  idOf(text: string): string;
  /** The text that an action says, or nothing where it is not known. */
  textOf(id: string): string | undefined;
}

/** Ids that hold their text; the others hold its digest. */
const plain = 't';
const digested = 'h';

/** How many texts that do not fit into an id are remembered. */
const rememberedTexts = 1000;

/** Makes a memory of buttons. */
export function createButtonTexts(): ButtonTexts {
  const remembered = new Map<string, string>();
  return {
    idOf(text) {
      const id = plain + Buffer.from(text).toString('base64url');
      if (id.length <= limits.idLength) return id;
      const digest = digested + createHash('sha256').update(text).digest('base64url');
      remembered.delete(digest);
      remembered.set(digest, text);
      const [oldest] = remembered.keys();
      if (remembered.size > rememberedTexts && oldest !== undefined) remembered.delete(oldest);
      return digest;
    },
    textOf(id) {
      if (!id.startsWith(plain)) return remembered.get(id);
      const text = Buffer.from(id.slice(plain.length), 'base64url').toString();
      return text === '' ? undefined : text;
    },
  };
}

/** The buttons of this process, whichever agent shows them. */
export const buttonTexts: ButtonTexts = createButtonTexts();
