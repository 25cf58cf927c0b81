import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationKind, escapeId, placeOfSession, sessionKey, unescapeId } from '../src/session-key.ts';

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});

describe('session keys', () => {
  it('look as OpenClaw writes them', () => {
    expect(sessionKey('main', 'default', { kind: 'direct', conversation: 'alice' })).toBe(
      'agent:main:websocket-channel:default:direct:alice',
    );
    expect(sessionKey('main', 'default', { kind: 'group', conversation: 'lobby' })).toBe(
      'agent:main:websocket-channel:group:lobby',
    );
    expect(sessionKey('main', 'sales', { kind: 'group', conversation: 'lobby' })).toBe(
      'agent:main:websocket-channel:group:sales:lobby',
    );
    expect(sessionKey('main', 'default', { kind: 'direct', conversation: 'alice/work', thread: 'T1' })).toBe(
      'agent:main:websocket-channel:default:direct:alice/work:thread:~541',
    );
  });

  it('tell whose conversation they are of', () => {
    const kind = fc.constantFrom('direct' as const, 'group' as const);
    const thread = fc.option(printable, { nil: undefined });
    const account = fc.constantFrom('default', 'sales', 'thread');
    fc.assert(
      fc.property(kind, printable, thread, account, (kind, conversation, thread, account) => {
        const key = sessionKey('main', account, { kind, conversation, thread });
        expect(placeOfSession(key, account)).toEqual({ kind, conversation });
        expect(placeOfSession(key, 'other')).toBeUndefined();
        expect(placeOfSession(key.replace('websocket-channel', 'telegram'), account)).toBeUndefined();
      }),
    );
    expect(placeOfSession('agent:main:main', 'default')).toBeUndefined();
  });

  it('keep apart what OpenClaw would fold or cut', () => {
    const keys = ['alice', 'Alice', 'ALICE', 'a:thread:b', 'a~', 'a~3a'].map((conversation) =>
      sessionKey('main', 'default', { kind: 'direct', conversation }),
    );
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
    expect(keys.filter((key) => key.includes(':thread:'))).toEqual([]);
  });

  it('are reversible for every conversation', () => {
    fc.assert(
      fc.property(printable, (id) => {
        expect(unescapeId(escapeId(id))).toBe(id);
        expect(escapeId(id)).toBe(escapeId(id).toLowerCase());
        expect(escapeId(id)).not.toContain(':');
      }),
    );
  });

  it('never coincide for two places', () => {
    const place = fc.record({
      kind: fc.constantFrom('direct' as const, 'group' as const),
      conversation: printable,
      thread: fc.option(printable, { nil: undefined }),
    });
    const account = fc.constantFrom('default', 'sales');
    fc.assert(
      fc.property(account, place, account, place, (a, one, b, other) => {
        const same = JSON.stringify([a, one]) === JSON.stringify([b, other]);
        expect(sessionKey('main', a, one) === sessionKey('main', b, other)).toBe(same);
      }),
    );
  });
});

describe('the kind of a conversation', () => {
  it.each([
    ['alice', 'alice', 'direct'],
    ['alice/work', 'alice', 'direct'],
    ['alicent', 'alice', 'group'],
    ['lobby', 'alice', 'group'],
    ['Alice', 'alice', 'group'],
  ])('%s is for %s %s', (conversation, source, kind) => {
    expect(conversationKind(conversation, source)).toBe(kind);
  });
});
