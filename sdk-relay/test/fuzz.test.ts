import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mayBreak, RawPeer } from './support/raw-peer.ts';
import { event, type RunningRelay, startRelay } from './support/running-relay.ts';

const unlimited = { burst: 1e6, perMs: 1 };
const limits = {
  events: unlimited,
  frames: unlimited,
  faults: { count: 1e6, perMs: 1 },
  bufferedBytes: 1e9,
  attachments: 10,
};

interface Vector {
  readonly text?: unknown;
  readonly frame?: unknown;
}

/** The texts of the protocol's test vectors: legal ones, broken ones, odd ones. */
async function vectors(): Promise<string[]> {
  const texts: string[] = [];
  for (const name of ['valid', 'invalid', 'tolerant', 'legacy']) {
    const file = import.meta.resolve(`@websocket-channel/protocol/vectors/${name}.json`);
    const parsed: Vector[] = JSON.parse(await readFile(fileURLToPath(file), 'utf8'));
    for (const { text, frame } of parsed) {
      if (typeof text === 'string') texts.push(text);
      else if (frame !== undefined) texts.push(JSON.stringify(frame));
    }
  }
  return texts;
}

/** Texts with a piece cut out, doubled, or replaced by something hostile. */
const tampered = (texts: readonly string[]) =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat({ max: 12 }),
      piece: fc.constantFrom(
        '',
        '"',
        '{',
        '}',
        ',',
        ':',
        'null',
        '1e999',
        '"__proto__":',
        '\\ud800',
        '"seq":null,',
        'alice',
      ),
    })
    .map(({ text, at, length, piece }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + piece + text.slice(start + length);
    });

type Role = 'client' | 'agent' | 'v0 client' | 'v0 agent';

const open = (relay: RunningRelay, role: Role): Promise<RawPeer> => {
  switch (role) {
    case 'client':
      return relay.client('alice', { capabilities: ['stream', 'signal', 'receipt'] });
    case 'agent':
      return relay.agent({ capabilities: ['signal'] });
    case 'v0 client':
      return RawPeer.open(relay.url, 'legacy', { protocols: [] });
    case 'v0 agent':
      return RawPeer.open(relay.agentUrl, 'legacy', { protocols: [] });
  }
};

/** Says everything on one connection after the other, since some of it is a farewell. */
async function sayAll(relay: RunningRelay, role: Role, texts: readonly string[]): Promise<void> {
  let peer = await open(relay, role);
  for (const text of texts) {
    if (peer.socket.readyState !== peer.socket.OPEN) peer = await open(relay, role);
    const { socket } = peer;
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('pong', done).off('close', done);
        resolve();
      };
      socket.on('pong', done).on('close', done);
      peer.send(text);
      socket.ping();
    });
  }
}

async function expectAlive(relay: RunningRelay): Promise<void> {
  const [bob, agent] = [await relay.client('bob', { capabilities: [] }), await relay.agent()];
  bob.send(event('alive'));
  expect(await bob.nextFrames(2)).toMatchObject([{ type: 'ack' }, { type: 'event', source: 'bob' }]);
  expect(await agent.awaitFrame('event', ({ id }) => id === 'alive')).toMatchObject({ source: 'bob' });
}

describe('whatever anybody says', { timeout: 20_000 }, () => {
  it.each(['client', 'agent', 'v0 client', 'v0 agent'] as const)(
    'as a %s, the relay lives on, obeys the protocol and serves everybody else',
    async (role) => {
      // An agent that ends a turn twice or counts chunks backwards is passed on as it is.
      mayBreak('R-STREAM-4', 'R-ATTACH-8');
      const failures: unknown[] = [];
      const error = (fields: object, message: string) => failures.push({ ...fields, message });
      const silence = () => {};
      const relay = await startRelay({
        legacy: true,
        limits,
        drain: { timeoutMs: 50 },
        logger: { debug: silence, info: silence, warn: silence, error },
      });
      const seed = Number(process.env.FUZZ_SEED ?? Date.now());
      onTestFinished(({ task }) => {
        if (task.result?.state === 'fail') console.error(`FUZZ_SEED=${seed}`);
      });
      const witness = await relay.client('alice', { capabilities: ['stream', 'signal', 'receipt'] });
      const texts = await vectors();
      await sayAll(relay, role, texts);
      await sayAll(relay, role, fc.sample(tampered(texts), { numRuns: 1500, seed }));
      await expectAlive(relay);
      await witness.frames();
      expect(failures).toEqual([]);
      const { faults, frames } = relay.relay.stats();
      expect(faults.malformed).toBeGreaterThan(100);
      expect(faults.internal).toBe(0);
      expect(Object.values(frames).reduce((sum, count) => sum + count)).toBeGreaterThan(100);
    },
  );
});
