/** One message of a listing, and who says it to whom: `C` or `C1` is a client, `A` an agent, `R` the relay. */
export interface ListedMessage {
  readonly from: string;
  readonly to: string;
  readonly said:
    | { readonly text: string }
    | { readonly close: number }
    | { readonly http: string; readonly body: string | undefined };
}

/** A conversation that a Markdown text spells out. */
export interface Listing {
  readonly kind: 'conversation' | 'v0';
  readonly name: string;
  /** The listings that it goes on from. */
  readonly after: readonly string[];
  readonly messages: readonly ListedMessage[];
}

const fence = /^```(.*)\n([\s\S]*?)^```$/gm;
const arrow = /^([A-Z]\d?)→([A-Z]\d?) +(.*)$/;

/**
 * Reads the listings of a Markdown text: the fenced blocks whose first words are `conversation` and a name, and `after` with the
 * names of those that they go on from. Within, a line that begins with `C→R` and the like begins a message, indented lines go on
 * with it, and what follows a frame on its last line is a remark. A line that begins with `…` is a remark altogether.
 *
 * @throws {Error} At an arrow outside of a listing, and at a line that is none of these.
 */
export function listingsOf(markdown: string): Listing[] {
  return [...markdown.matchAll(fence)].flatMap(([, info = '', body = '']) => {
    const [kind, name = '', after, ...others] = info.split(' ');
    if (kind === 'conversation' || kind === 'v0') {
      if (after !== undefined && (after !== 'after' || others.length === 0)) throw new Error(`\`\`\`${info}`);
      return [{ kind, name, after: others, messages: messagesOf(body) }];
    }
    const stray = body.split('\n').find((line) => arrow.test(line));
    if (stray !== undefined) throw new Error(`In no listing: ${stray}`);
    return [];
  });
}

function messagesOf(body: string): ListedMessage[] {
  const messages: { from: string; to: string; lines: string[] }[] = [];
  for (const line of body.trimEnd().split('\n')) {
    const [, from, to, begin] = arrow.exec(line) ?? [];
    if (from !== undefined && to !== undefined && begin !== undefined) {
      messages.push({ from, to, lines: [begin] });
    } else if (!/^ +…/.test(line)) {
      if (!line.startsWith('     ')) throw new Error(`Neither a message nor a part of one: ${line}`);
      messages.at(-1)?.lines.push(line.trim());
    }
  }
  return messages.map(({ from, to, lines }) => ({ from, to, said: said(lines.join('\n')) }));
}

function said(text: string): ListedMessage['said'] {
  const close = /^close (\d{4})(?: {2,}\S.*)?$/.exec(text)?.[1];
  if (close !== undefined) return { close: Number(close) };
  if (text.startsWith('{')) return { text: objectAt(text) };
  const http = /^(?:(?:GET|POST) \/\S*|\d{3})(?=\s)/.exec(text)?.[0];
  if (http === undefined) throw new Error(`Neither a frame, a close nor HTTP: ${text}`);
  const begin = text.indexOf('{');
  return { http, body: begin < 0 ? undefined : objectAt(text.slice(begin)) };
}

/** The JSON object that a text begins with; what follows it must be a remark. */
function objectAt(text: string): string {
  for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
    const object = text.slice(0, end + 1);
    if (!isJson(object)) continue;
    const remark = text.slice(end + 1);
    if (/^$|^ {2,}[^{}]+$/.test(remark)) return object;
    throw new Error(`More than a remark after a frame: ${remark}`);
  }
  throw new Error(`No JSON: ${text}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What one peer and the relay say to each other in a listing, from the beginning of all that it goes on from. */
export function messagesWith(peer: string, listing: Listing, all: readonly Listing[]): ListedMessage[] {
  const before = listing.after.flatMap((name) => {
    const earlier = all.find((candidate) => candidate.name === name);
    if (earlier === undefined) throw new Error(`${listing.name} goes on from ${name}, which is not there`);
    const known = peersOf(earlier, all);
    // What one client has said, each of two tabs has said.
    return messagesWith(known.includes(peer) ? peer : peer.charAt(0), earlier, all);
  });
  return [...before, ...listing.messages.filter(({ from, to }) => from === peer || to === peer)];
}

/** Everybody but the relay who says or is told something in a listing, or in what it goes on from. */
export function peersOf({ after, messages }: Listing, all: readonly Listing[]): string[] {
  const own = messages.flatMap(({ from, to }) => [from, to]);
  const earlier = all.filter(({ name }) => after.includes(name)).flatMap((listing) => peersOf(listing, all));
  return [...new Set([...own, ...earlier])].filter((peer) => peer !== 'R');
}
