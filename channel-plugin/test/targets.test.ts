import { describe, expect, it } from 'vitest';
import { formatTarget, isListable, normalizeParticipant, parseTarget } from '../src/targets.ts';

describe('targets', () => {
  it.each([
    ['alice', 'direct', 'alice'],
    ['user:alice', 'direct', 'alice'],
    ['websocket-channel:user:alice', 'direct', 'alice'],
    ['WS:Alice', 'direct', 'Alice'],
    ['alice/work:1', 'direct', 'alice/work:1'],
    ['user:~41lice', 'direct', 'Alice'],
    ['group:lobby', 'group', 'lobby'],
    ['ws:room:Lobby', 'group', 'Lobby'],
  ])('%s means the %s conversation %s', (target, kind, conversation) => {
    expect(parseTarget(target)).toEqual({ kind, conversation });
  });

  it.each([
    [{ kind: 'direct', conversation: 'Alice/work:1' }],
    [{ kind: 'group', conversation: 'user:~41' }],
  ] as const)('come back as they were written: %o', (place) => {
    expect(parseTarget(formatTarget(place))).toEqual(place);
  });

  it.each(['', 'user:', 'two words', 'Zoë', 'x'.repeat(257)])('%j names no conversation', (target) => {
    expect(() => parseTarget(target)).toThrow(expect.objectContaining({ code: 'bad_target' }));
  });

  it('takes a name of 256 characters', () => {
    expect(parseTarget('x'.repeat(256)).conversation).toHaveLength(256);
  });

  it.each([
    [' alice ', 'alice'],
    ['ws:user:Alice', 'Alice'],
    ['websocket-channel:alice', 'alice'],
    ['*', '*'],
  ])('the allowlist entry %j means %s', (entry, participant) => {
    expect(normalizeParticipant(entry)).toBe(participant);
  });
});

describe('an approval lets in the one who asked:', () => {
  it.each(['alice', 'Alice', 'a:b', 'a*', 'al%69ce', 'userx:alice'])('%s may ask', (source) => {
    expect(isListable(source)).toBe(true);
  });
  it.each(['*', 'user:alice', 'USER:alice', 'ws:alice', 'websocket-channel:user:alice', 'accessGroup:staff'])(
    '%s may not, since its entry means somebody else',
    (source) => {
      expect(isListable(source)).toBe(false);
    },
  );
});
