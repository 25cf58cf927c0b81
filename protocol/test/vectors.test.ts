import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeLegacyEvent, encodeLegacyReply, parseLegacyEvent } from '../src/legacy.ts';
import { requirements } from '../src/requirements.ts';
import { registry } from '../src/schema/registry.ts';
import { publishedSchemas } from './plain-ajv.ts';
import { difference, withoutNulls } from './reading.ts';
import { kinds, readLegacyVectors, readVectors, vectorFolder } from './vector-files.ts';

const ways = registry.flatMap(({ type, schemas }) => Object.keys(schemas).map((way) => ({ way, type })));
const vectors = kinds.flatMap((kind) => readVectors(kind));

describe('the vectors', { timeout: 60_000 }, () => {
  test('are at least 300, each under a name of its own and for a known requirement', () => {
    const named = [...vectors, ...readLegacyVectors()];
    const known = new Set(requirements.map(({ id }) => id));
    expect(named.length).toBeGreaterThanOrEqual(300);
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
    expect(named.filter(({ requirement }) => !known.has(requirement))).toEqual([]);
  });

  test.each(ways)('cover $way $type: legal, odd and illegal', ({ way, type }) => {
    const counts = kinds.map((kind) => {
      const about = readVectors(kind).filter(
        ({ direction, text }) => direction === way && text.includes(`"type":"${type}"`),
      );
      return [kind, about.length] as const;
    });
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  });

  test('say of what is illegal where, and by which rule', () => {
    const illegal = vectors.filter(({ expect: { code } }) => code === 'invalid');
    expect(illegal.length).toBeGreaterThan(300);
    for (const { expect: expected } of illegal) {
      expect(expected).toMatchObject({
        path: expect.stringMatching(/^(?:\/.+)?$/),
        keyword: expect.stringMatching(/./),
      });
    }
  });

  test('cover the frames that v0 has, in and out, legal and not', () => {
    const legacy = readLegacyVectors();
    const statuses = legacy.map(({ frame, peer, expect: { status } }) =>
      frame === undefined ? `${status} from a ${peer}` : `${frame.type} written`,
    );
    expect([...new Set(statuses)].sort()).toEqual([
      'event written',
      'fault from a frontend',
      'fault from a relay',
      'frame from a frontend',
      'frame from a relay',
      'reply written',
      'unknown from a relay',
    ]);
  });

  test('hold in the parsers of this package', () => {
    expect(vectors.flatMap(difference)).toEqual([]);
  });

  test('hold in plain ajv with the published schemas', () => {
    for (const validate of publishedSchemas()) {
      const wrong = vectors
        .filter(({ expect: { code, status } }) => status !== 'fault' || code === 'invalid')
        .map(({ name, direction, text, expect: expected }) => ({
          name,
          found: validate(direction, withoutNulls(JSON.parse(text)) as object),
          expected:
            expected.status === 'unknown'
              ? undefined
              : expected.status === 'frame'
                ? []
                : [[expected.path, expected.keyword]],
        }))
        .filter(({ found, expected }) => JSON.stringify(found) !== JSON.stringify(expected));
      expect(wrong).toEqual([]);
    }
  });

  test("hold in Python's jsonschema with the published schemas", () => {
    const said = execFileSync('/usr/bin/python3', [join(vectorFolder, 'check.py')], { encoding: 'utf8' });
    expect(said).toMatch(/^\d{4,} vectors, 0 wrong\n$/);
  });

  test('of v0 hold in the legacy reader', () => {
    const now = 1_790_000_000_000;
    const read = readLegacyVectors().filter(({ text }) => text !== undefined);
    const found = read.map(({ name, peer, text }) => {
      const parsed = parseLegacyEvent(text!, peer, 'guest', now);
      if (parsed.status === 'unknown') return { name, ...parsed };
      if (parsed.status === 'fault') {
        const { code, details } = parsed.fault;
        return { name, status: 'fault', code, ...(details?.path !== undefined && { path: details.path }) };
      }
      const { id, ...frame } = parsed.frame;
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      return { name, status: 'frame', frame };
    });
    expect(found).toEqual(read.map(({ name, expect: expected }) => ({ name, ...expected })));
    expect(read.length).toBeGreaterThan(20);
  });

  test('of v0 hold in the legacy writer', () => {
    const written = readLegacyVectors().filter(({ frame }) => frame !== undefined);
    const found = written.map(({ name, frame }) => {
      const legal = frame as unknown as Parameters<typeof encodeLegacyReply>[0] &
        Parameters<typeof encodeLegacyEvent>[0];
      const text = frame!.type === 'event' ? encodeLegacyEvent(legal) : encodeLegacyReply(legal);
      return { name, text: text ?? null };
    });
    expect(found).toEqual(written.map(({ name, expect: { text } }) => ({ name, text })));
    expect(written.length).toBeGreaterThan(8);
  });
});
