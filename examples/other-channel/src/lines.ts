import type { ErrorFrame, Event, Reply, Turn } from '@websocket-channel/protocol';

/** What a line of the other channel asks for. */
export type Command =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'quit' }
  | { readonly type: 'unknown'; readonly word: string };

/** Reads a line that a person typed: `/stop`, `/quit`, or what is to be said; nothing for an empty one. */
export function readLine(line: string): Command | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const word = /^\/(\w+)$/.exec(text)?.[1];
  if (word === undefined) return { type: 'say', text };
  return word === 'stop' || word === 'quit' ? { type: word } : { type: 'unknown', word };
}

/** A message as lines: the other channel has no others, so that a text of several lines becomes several messages. */
export function linesOf({
  source = 'agent',
  content,
}: Pick<Event | Reply, 'content'> & { source?: string }): string[] {
  return content.split(/\r?\n/).map((line) => `<${source}> ${withoutControls(line)}`);
}

/** How a turn ended, where a person should know. */
export function lineOfTurn({ outcome, error }: Turn): string | undefined {
  if (outcome === undefined || outcome === 'completed') return undefined;
  return `* the agent's turn: ${withoutControls(error === undefined ? outcome : `${outcome}, ${error.message}`)}`;
}

export const lineOfError = ({ code, message }: ErrorFrame): string =>
  `! ${code}: ${withoutControls(message)}`;

/** What comes from others must not steer a terminal. */
const withoutControls = (text: string): string => text.replace(/\p{Cc}/gu, ' ');
