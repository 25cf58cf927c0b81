import type { EventSubmission, Parsed, Parser, Received, ReplySubmission } from '@websocket-channel/protocol';

/** What a text was read as; `usual` frames are legal, and their text names each member once and nothing else. */
export type Reading<F> = Parsed<F> | { readonly status: 'usual'; readonly frame: F };

/** Reads a frame, or fails to. */
type Read<F> = (text: string) => F | undefined;

/** Longer texts, in UTF-16 units, are left to the parser: an expression needs a stack for them. */
const longest = 8192;

const id = '[A-Za-z0-9_-]{1,64}';
const conversation = '"conversation":"([!#-[\\]-~]{1,256})"';
const content = '"content":"((?:[^"\\\\\\x00-\\x1f]|\\\\["\\\\/bfnrt])*)"';
const integer = '(0|[1-9]\\d{0,14})';
const events = `"events":\\["(${id}(?:","${id}){0,15})"\\]`;
const optional = (member: string): string => `(?:,${member})?`;

const eventText = new RegExp(
  `^\\{"type":"event","id":"(${id})",${content},"timestamp":${integer}${optional(conversation)}\\}$`,
);

const replyText = new RegExp(
  `^\\{"type":"reply",${conversation}${optional(`"turn":"(${id})"`)}${optional(`"thread":"(${id})"`)},"id":"(${id})",` +
    `"kind":"([a-z][a-z0-9_-]{0,31})"${optional(`"index":${integer}`)}${optional('"count":([1-9]\\d{0,14})')},${content}` +
    `${optional('"replace":(true)')}${optional(events)}${optional(`"timestamp":${integer}`)}\\}$`,
);

const receivedText = new RegExp(`^\\{"type":"received",${conversation},${events}\\}$`);

/**
 * Puts a quick look before a parser: the frames that are sent most are known by their text alone where it is spelled as
 * the SDKs of this project spell it. An expression admits no frame that the parser would not, and says the same of it.
 */
export const createReader =
  <F>(read: Read<F>, parse: Parser<F>): ((text: string) => Reading<F>) =>
  (text) => {
    const frame = text.length <= longest ? read(text) : undefined;
    return frame === undefined ? parse(text) : { status: 'usual', frame };
  };

/** Reads what clients usually send. */
export function readUsualEvent(text: string): EventSubmission | undefined {
  const match = eventText.exec(text);
  if (match === null) return undefined;
  const event: EventSubmission = {
    type: 'event',
    id: match[1]!,
    content: unescaped(match[2]!),
    timestamp: Number(match[3]),
  };
  if (match[4] !== undefined) event.conversation = match[4];
  return event;
}

/** Reads what agents usually send. */
export function readUsualReply(text: string): ReplySubmission | Received | undefined {
  const match = replyText.exec(text);
  if (match === null) return readReceived(text);
  const reply: ReplySubmission = {
    type: 'reply',
    conversation: match[1]!,
    id: match[4]!,
    kind: match[5]!,
    content: unescaped(match[8]!),
  };
  if (match[2] !== undefined) reply.turn = match[2];
  if (match[3] !== undefined) reply.thread = match[3];
  if (match[6] !== undefined) reply.index = Number(match[6]);
  if (match[7] !== undefined) reply.count = Number(match[7]);
  if (match[9] !== undefined) reply.replace = true;
  if (match[10] !== undefined) reply.events = match[10].split('","');
  if (match[11] !== undefined) reply.timestamp = Number(match[11]);
  return reply;
}

function readReceived(text: string): Received | undefined {
  const match = receivedText.exec(text);
  if (match === null) return undefined;
  return { type: 'received', conversation: match[1]!, events: match[2]!.split('","') };
}

const unescaped = (content: string): string =>
  content.includes('\\') ? JSON.parse(`"${content}"`) : content;
