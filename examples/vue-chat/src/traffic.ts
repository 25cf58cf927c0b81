/** One frame that crossed the socket. */
export interface TrafficEntry {
  readonly id: number;
  readonly direction: TrafficDirection;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** UTF-8 bytes of the text that crossed the socket, secrets included. */
  readonly bytes: number;
  /** The frame's `type`; empty where the text is no frame. */
  readonly type: string;
  /** The frame's `kind` or `status`: what tells apart frames of one type. */
  readonly detail: string;
  /** The frame as JSON text, without secrets. */
  readonly text: string;
}

/** Which way a frame went. */
export type TrafficDirection = 'to-relay' | 'from-relay';

export interface TrafficFilter {
  /** Matches anywhere in the frame's text, whatever the case. */
  readonly text: string;
  readonly type: string;
  readonly direction: TrafficDirection | 'all';
}

const encoder = new TextEncoder();
const REDACTED = '[redacted]';
const PREVIEW_LENGTH = 200;

/** Turns a text that crossed the socket into an entry of the log. A `token` never gets into the log. */
export function toTrafficEntry(
  id: number,
  {
    direction,
    text,
    at,
  }: { readonly direction: TrafficDirection; readonly text: string; readonly at: number },
): TrafficEntry {
  const bytes = encoder.encode(text).length;
  const frame = parseObject(text);
  if (frame === undefined) return { id, direction, at, bytes, type: '', detail: '', text };
  return {
    id,
    direction,
    at,
    bytes,
    type: textOf(frame.type),
    detail: textOf(frame.kind) || textOf(frame.status) || textOf(frame.code),
    text: 'token' in frame ? JSON.stringify({ ...frame, token: REDACTED }) : text,
  };
}

/** The entries that a filter lets through. */
export function filterTraffic(
  entries: readonly TrafficEntry[],
  filter: TrafficFilter,
): readonly TrafficEntry[] {
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === '' && filter.type === '' && filter.direction === 'all') return entries;
  return entries.filter(
    ({ direction, type, text }) =>
      (filter.direction === 'all' || direction === filter.direction) &&
      (filter.type === '' || type === filter.type) &&
      (wanted === '' || text.toLowerCase().includes(wanted)),
  );
}

/** Entries as JSON text, with frames as objects, to be pasted into a report. */
export function exportTraffic(entries: readonly TrafficEntry[]): string {
  return JSON.stringify(entries.map(toRecord), null, 2);
}

/** One frame as indented JSON; a text that is no frame stays as it is. */
export function prettyFrame({ text }: TrafficEntry): string {
  const frame = parseObject(text);
  return frame === undefined ? text : JSON.stringify(frame, null, 2);
}

/** What tells a frame from the next one of its type, on one line: its content, or the members beside its addresses. */
export function previewFrame({ text }: TrafficEntry): string {
  const frame = parseObject(text);
  if (frame === undefined) return text.slice(0, PREVIEW_LENGTH);
  const { type: _type, id: _id, kind: _kind, conversation: _conversation, content, ...rest } = frame;
  const preview = typeof content === 'string' ? JSON.stringify(content) : JSON.stringify(rest).slice(1, -1);
  return preview.slice(0, PREVIEW_LENGTH);
}

const toRecord = ({ at, direction, bytes, text }: TrafficEntry) => ({
  at: new Date(at).toISOString(),
  direction,
  bytes,
  frame: parseObject(text) ?? text,
});

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
