import type { FrameFault, Parsed } from './codec.ts';
import type { Event, Reply } from './generated/frames.ts';
import { mintId } from './id.ts';
import { limits } from './limits.ts';

export { createLegacyLink, type LegacyLink, type LegacyLinkOptions } from './legacy-link.ts';

/** Who speaks v0 to us: the tutorial's relay wraps what the tutorial's frontend says in `data`. */
export type LegacyPeer = 'relay' | 'frontend';

/**
 * Reads an event of the tutorial's wire (v0): `{source, data: {source?, content | text, timestamp?}}` from a relay,
 * `{source?, content | text, timestamp?}` from a frontend. Such events carry no id; one is minted, so that v0 has no
 * protection against doubles. A source that is no legal one is percent-encoded.
 *
 * @param text One WebSocket text message.
 * @param defaultSource The participant of an event that names none.
 * @param now Milliseconds since 1970-01-01 UTC, for an event without a usable timestamp.
 */
export function parseLegacyEvent(
  text: string,
  peer: LegacyPeer,
  defaultSource = 'guest',
  now = Date.now(),
): Parsed<Event> {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return fault('malformed', 'The frame is not JSON');
  }
  if (!isObject(frame)) return fault('malformed', 'The frame is not a JSON object');
  const data = peer === 'relay' ? frame.data : frame;
  const at = peer === 'relay' ? '/data' : '';
  if (!isObject(data))
    return typeof frame.type === 'string' ? { status: 'unknown', type: frame.type } : missing('/data');
  const content = data.content ?? data.text;
  if (typeof content !== 'string') return missing(`${at}/content`);
  if (content.length > limits.contentLength) {
    return fault('invalid', `${at}/content is longer than ${limits.contentLength}`, `${at}/content`);
  }
  const name = frame.source ?? data.source ?? defaultSource;
  const source = typeof name === 'string' ? legalSource(name) : undefined;
  if (source === undefined)
    return fault(
      'invalid',
      `/source must be a string of at most ${limits.sourceLength} characters`,
      '/source',
    );
  return {
    status: 'frame',
    frame: {
      type: 'event',
      id: mintId(now),
      source,
      conversation: source,
      content,
      timestamp: legacyTimestamp(data.timestamp, now),
    },
  };
}

/**
 * Reads a reply of the tutorial's wire (v0): `{type: "reply", content, kind}`. Such replies carry no address and no id. A
 * kind that is missing or that v0 does not know counts as `final`.
 *
 * @param text One WebSocket text message.
 */
export function parseLegacyReply(text: string): Parsed<Pick<Reply, 'type' | 'kind' | 'content'>> {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return fault('malformed', 'The frame is not JSON');
  }
  if (!isObject(frame)) return fault('malformed', 'The frame is not a JSON object');
  const { type, content } = frame;
  if (type !== 'reply') {
    return typeof type === 'string' ? { status: 'unknown', type } : missing('/type');
  }
  if (typeof content !== 'string') return missing('/content');
  if (content.length > limits.contentLength) {
    return fault('invalid', `/content is longer than ${limits.contentLength}`, '/content');
  }
  const kind = frame.kind === 'tool' || frame.kind === 'block' ? frame.kind : 'final';
  return { status: 'frame', frame: { type, kind, content } };
}

/** Writes a reply on the tutorial's wire, or nothing for a kind that v0 does not know, such as a delta. */
export function encodeLegacyReply({ kind, content }: Pick<Reply, 'kind' | 'content'>): string | undefined {
  switch (kind) {
    case 'tool':
    case 'block':
    case 'final':
      return JSON.stringify({ type: 'reply', content, kind });
    case 'message':
    case 'notice':
      return JSON.stringify({ type: 'reply', content, kind: 'final' });
    default:
      return undefined;
  }
}

/** Writes an event as the tutorial's relay hands it to the plugin. */
export const encodeLegacyEvent = ({
  source,
  content,
  timestamp,
}: Pick<Event, 'source' | 'content' | 'timestamp'>): string =>
  JSON.stringify({ source, data: { source, content, timestamp: new Date(timestamp).toISOString() } });

function legalSource(name: string): string | undefined {
  const source = encodeURIComponent(name.toWellFormed());
  return source.length > 0 && source.length <= limits.sourceLength ? source : undefined;
}

function legacyTimestamp(value: unknown, now: number): number {
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isSafeInteger(time) && time >= 0 && time <= 8_640_000_000_000_000 ? time : now;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const missing = (path: string): Parsed<never> =>
  fault('invalid', `${path} is missing or of the wrong type`, path);

const fault = (code: FrameFault['code'], message: string, path?: string): Parsed<never> => ({
  status: 'fault',
  fault: { code, message, ...(path !== undefined && { details: { path } }) },
});
