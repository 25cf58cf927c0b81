import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createRelay, type Relay, type RelayOptions } from '../../src/index.ts';
import { type Frame, RawPeer } from './raw-peer.ts';

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A relay on a port of its own, closed at the end of the test. */
export class RunningRelay {
  readonly relay: Relay;
  readonly url: string;

  constructor(relay: Relay, url: string) {
    this.relay = relay;
    this.url = url;
  }

  get agentUrl(): string {
    return `${this.url}/openclaw`;
  }

  /** A client that has said `hello` and read what it was told first. */
  async client(source: string, hello: object = {}): Promise<RawPeer & { welcome: Frame; attached: Frame }> {
    const peer = await RawPeer.open(`${this.url}/`, 'client');
    peer.send({
      type: 'hello',
      role: 'client',
      versions: [1],
      source,
      capabilities: ['stream', 'signal'],
      ...hello,
    });
    const welcome = await peer.nextFrame('welcome');
    const attaches = (hello as { attach?: unknown[] }).attach?.length !== 0;
    const attached = attaches ? await peer.nextFrame('attached') : { type: 'none' };
    return Object.assign(peer, { welcome, attached });
  }

  /** An agent that has said `hello` and was welcomed. */
  async agent(hello: object = {}): Promise<RawPeer & { welcome: Frame }> {
    const peer = await RawPeer.open(this.agentUrl, 'agent');
    peer.send({ type: 'hello', role: 'agent', versions: [1], stream: 'token', ...hello });
    return Object.assign(peer, { welcome: await peer.nextFrame('welcome') });
  }
}

/** Starts a relay in development mode, unless the options say otherwise. */
export async function startRelay(options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
  const authenticated = options.authenticate !== undefined;
  const relay = createRelay({ ...(!authenticated && { development: true }), ...options });
  const { port } = await relay.listen({ port: 0 });
  const started = new RunningRelay(relay, `ws://127.0.0.1:${port}`);
  endings.push(() => relay.close());
  return started;
}

/**
 * Starts a relay on a socket of the file system, whose buffers in the kernel are small: a reader that does not keep up is
 * noticed soon.
 */
export async function startUnbufferedRelay(options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
  const relay = createRelay({
    authenticate: ({ claimed }) => (claimed === undefined ? undefined : { source: claimed }),
    authenticateAgent: () => ({ source: 'default' }),
    ...options,
  });
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  const server = createServer();
  relay.mount(server);
  server.listen(join(folder, 'socket'));
  await once(server, 'listening');
  endings.push(async () => {
    await relay.close();
    server.close();
    await rm(folder, { recursive: true });
  });
  return new RunningRelay(relay, `ws+unix:${join(folder, 'socket')}:`);
}

/** An event as a client submits it. */
export const event = (id: string, more: object = {}): Frame => ({
  type: 'event',
  id,
  content: `content of ${id}`,
  timestamp: 1_790_000_000_000,
  ...more,
});

/** A durable reply as an agent submits it. */
export const reply = (id: string, conversation: string, more: object = {}): Frame => ({
  type: 'reply',
  id,
  conversation,
  kind: 'final',
  content: `content of ${id}`,
  ...more,
});

/** A chunk of a streamed reply as an agent submits it. */
export const delta = (id: string, conversation: string, index: number, content: string, more = {}): Frame =>
  reply(id, conversation, { kind: 'delta', index, content, ...more });

/** A turn as an agent reports it. */
export const turn = (id: string, conversation: string, status: string, more: object = {}): Frame => ({
  type: 'turn',
  id,
  conversation,
  status,
  events: [],
  ...more,
});
