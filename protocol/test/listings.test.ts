import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parseRelayToClient } from '../src/client.ts';
import { parseLegacyEvent, parseLegacyReply } from '../src/legacy.ts';
import { parseClientToRelay } from '../src/relay.ts';
import type { Direction } from '../src/schema/message.ts';
import { registry } from '../src/schema/registry.ts';
import { createTrafficChecker } from '../src/sequence.ts';
import { type Listing, listingsOf, messagesWith, peersOf } from './listings.ts';

const listings = ['PROTOCOL.md', 'CLIENT.md', 'README.md'].flatMap((name) =>
  listingsOf(readFileSync(join(import.meta.dirname, '..', name), 'utf8')),
);
const conversations = listings.filter(({ kind }) => kind === 'conversation');

/** What a listing and all that it goes on from break, on each of their connections. */
function violations(listing: Listing, all: readonly Listing[]): string[] {
  return peersOf(listing, all).flatMap((peer) => {
    const role = peer.startsWith('A') ? ('agent' as const) : ('client' as const);
    let checker = createTrafficChecker({ role });
    return messagesWith(peer, listing, all).flatMap(({ from, said }) => {
      const by = from === 'R' ? 'relay' : role;
      if ('http' in said) return [];
      if ('text' in said) {
        return checker
          .text(by, said.text)
          .map(({ requirement, message }) => `${requirement}: ${message} at ${said.text}`);
      }
      const found = checker.close(by, said.close).map(({ requirement }) => requirement);
      checker = createTrafficChecker({ role, resumed: true });
      return found;
    });
  });
}

/** The members of a frame that its schema does not name: readers ignore them, so that nobody would notice. */
function unnamed({ text, way }: { readonly text: string; readonly way: Direction }): string[] {
  const frame = JSON.parse(text) as { readonly type: string };
  const schema = registry.find(({ type }) => type === frame.type)?.schemas[way];
  return Object.keys(frame).filter((member) => schema === undefined || !(member in schema.properties));
}

const wayOf = (from: string, to: string): Direction => {
  const isAgent = [from, to].includes('A');
  if (from === 'R') return isAgent ? 'relay-to-agent' : 'relay-to-client';
  return isAgent ? 'agent-to-relay' : 'client-to-relay';
};
const frames = conversations.flatMap(({ messages }) =>
  messages.flatMap(({ from, to, said }) =>
    'text' in said ? [{ text: said.text, way: wayOf(from, to) }] : [],
  ),
);

describe('the conversations of the texts', () => {
  test.each(conversations)('$name: is legal from its beginning, frame by frame', (listing) => {
    expect(listing.messages.length).toBeGreaterThan(1);
    expect(violations(listing, listings)).toEqual([]);
  });

  test('have names of their own', () => {
    const names = listings.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('name no member that the schemas do not know', () => {
    expect(frames.flatMap((frame) => unnamed(frame).map((member) => `${member} in ${frame.text}`))).toEqual(
      [],
    );
  });

  test('show every type of message', () => {
    const shown = new Set(frames.map(({ text }) => (JSON.parse(text) as { readonly type: string }).type));
    expect(registry.map(({ type }) => type).filter((type) => !shown.has(type))).toEqual([]);
  });

  test('answer over HTTP with an attachment, or with what would be an error frame', () => {
    const bodies = conversations.flatMap(({ messages }) =>
      messages.flatMap(({ said }) => ('http' in said && said.body !== undefined ? [said] : [])),
    );
    expect(bodies.map(({ http }) => http)).toEqual(['201', '413']);
    for (const { http, body } of bodies) {
      const value = JSON.parse(body!) as { readonly id?: string };
      const event = { type: 'event', id: 'ev1', content: '', timestamp: 0, attachments: [value] };
      const parsed = http === '201' ? parseClientToRelay(JSON.stringify(event)) : parseRelayToClient(body!);
      expect(parsed).toMatchObject({ status: 'frame' });
    }
  });

  test('of v0 are read by those whom they reach', () => {
    const v0 = listings.filter(({ kind }) => kind === 'v0').flatMap(({ messages }) => messages);
    const read = v0.map(({ from, to, said }) => {
      const text = 'text' in said ? said.text : '';
      if (from === 'A' || to === 'C') return parseLegacyReply(text);
      return parseLegacyEvent(text, from === 'C' ? 'frontend' : 'relay');
    });
    expect(read.map(({ status }) => status)).toEqual(['frame', 'frame', 'frame', 'frame']);
  });
});

describe('the reader of listings', () => {
  const opening = [
    '```conversation opening',
    'C→R  {"type":"hello","role":"client",',
    '      "versions":[1]}     a remark',
    'R→C  {"type":"welcome","version":1,"session":"s1","identity":{"source":"alice"},',
    '      "heartbeat":{"intervalMs":1000,"graceMs":1000},"limits":{"frameBytes":2048,"contentLength":2048}}',
    '```',
  ].join('\n');
  const broken = (...lines: string[]) => {
    const all = listingsOf([opening, '```conversation more after opening', ...lines, '```'].join('\n'));
    return violations(all.at(-1)!, all).map((violation) => violation.split(':')[0]);
  };

  it('goes on from another listing, on each connection of its own', () => {
    expect(broken('C1→R  {"type":"ping"}', 'R→C1  {"type":"pong"}', 'C2→R  {"type":"ping"}')).toEqual([]);
    expect(broken('C1→R  {"type":"ping"}', 'R→C2  {"type":"pong"}')).toEqual(['R-HEART-2']);
  });

  it('finds what is illegal by its schema, by its way, or where it stands', () => {
    expect(broken('C→R  {"type":"cancel"}')).toEqual(['R-FRAME-10']);
    expect(broken('C→R  {"type":"welcome"}')).toEqual(['R-FRAME-10']);
    expect(broken('C→R  {"type":"hello","role":"client","versions":[1]}')).toEqual(['R-HELLO-1']);
    expect(broken('R→C  {"type":"bye","reason":"drain"}', 'R→C  {"type":"ping"}')).toEqual(['R-CLOSE-7']);
    expect(broken('R→C  close 4503', 'C→R  {"type":"ping"}')).toEqual(['R-HELLO-1']);
  });

  it.each([
    ['an arrow outside of a listing', '```\nC→R  {"type":"ping"}\n```'],
    ['a line that is nothing', '```conversation a\nC→R  {"type":"ping"}\n  close 4400\n```'],
    ['a frame that is left open', '```conversation a\nC→R  {"type":"ping"\n```'],
    ['members left out', '```conversation a\nC→R  {"type":"ping", … }\n```'],
    ['a second frame as a remark', '```conversation a\nC→R  {"type":"ping"}  {"type":"ping"}\n```'],
  ])('refuses %s', (_, markdown) => {
    expect(() => listingsOf(markdown)).toThrow(/In no listing|Neither|No JSON|More than/);
  });
});
