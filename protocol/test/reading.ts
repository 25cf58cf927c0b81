import { isDeepStrictEqual } from 'node:util';
import { parseRelayToAgent } from '../src/agent.ts';
import { parseRelayToClient } from '../src/client.ts';
import type { Parser } from '../src/codec.ts';
import { parseAgentToRelay, parseClientToRelay } from '../src/relay.ts';
import type { Direction } from '../src/schema/message.ts';
import type { VectorCase } from './vector-files.ts';

/** Our parsers, by direction. */
export const parsers: Record<Direction, Parser<{ readonly type: string }>> = {
  'client-to-relay': parseClientToRelay,
  'relay-to-client': parseRelayToClient,
  'agent-to-relay': parseAgentToRelay,
  'relay-to-agent': parseRelayToAgent,
};

/** Where our parsers do not say what a vector expects: nothing, or what they say instead. */
export function difference(vector: VectorCase): { name: string; found: unknown; expected: unknown }[] {
  const found = outcome(vector);
  // As texts, since minus zero is written as zero.
  return isDeepStrictEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(vector.expect)))
    ? []
    : [{ name: vector.name, found, expected: vector.expect }];
}

/** What our parser makes of a text, in the words of a vector. */
function outcome({ direction, text, expect }: VectorCase): unknown {
  const parsed = parsers[direction](text);
  if (parsed.status === 'unknown') return parsed;
  if (parsed.status === 'frame')
    return { status: 'frame', ...('frame' in expect && { frame: parsed.frame }) };
  const { code, details, ref } = parsed.fault;
  return {
    status: 'fault',
    code,
    ...(details?.path !== undefined && { path: details.path }),
    ...(details?.keyword !== undefined && { keyword: details.keyword }),
    ...(ref !== undefined && details?.path !== '/id' && { ref }),
  };
}

/** The third step of reading in `vectors/README.md`, written a second time to hold the codec against it. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, name === 'ext' ? member : withoutNulls(member)]),
  );
}
