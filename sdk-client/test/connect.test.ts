import { readFileSync } from 'node:fs';
import { closeCodes } from '@websocket-channel/protocol';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ClientError, type ClientStatus, createClient, isClientError } from '../src/index.ts';
import { clientAndRelay } from './client-and-relay.ts';
import { attached, reply } from './frames.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const setup = clientAndRelay();

describe('a client', () => {
  test.each([
    ["the platform's WebSocket", undefined],
    ['the package ws', WebSocket],
  ])('connects with %s', async (_, Socket) => {
    const client = setup.makeClient(Socket && { WebSocket: Socket });
    const connection = await setup.online(client);
    expect(client.status).toEqual({ state: 'online' });
    expect(client.identity).toEqual({ source: 'alice' });
    client.close();
    expect(await connection.closed).toBe(1000);
    expect(client.status).toEqual({ state: 'closed' });
  });

  test('says who it is, and what it reads', async () => {
    const client = setup.makeClient({ token: 'secret', source: 'alice' });
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect(await connection.welcome()).toEqual({
      type: 'hello',
      role: 'client',
      versions: [1],
      token: 'secret',
      source: 'alice',
      capabilities: ['stream', 'signal', 'receipt'],
      software: { name: 'sdk-client', version },
    });
  });

  test('asks for all of its own conversation, whose name the relay tells', async () => {
    const client = setup.makeClient();
    expect(client.conversation().name).toBeUndefined();
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'alice', seq: 0 });
    expect(client.conversation().name).toBe('alice');
  });

  test('asks for nothing of the past when that is not wanted', async () => {
    const client = setup.makeClient({ replay: 'none' });
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'alice' });
  });

  test('attaches a conversation that it knows in its hello', async () => {
    const client = setup.makeClient({ conversation: 'alice/work' });
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect((await connection.welcome()).attach).toEqual([{ conversation: 'alice/work', seq: 0 }]);
    connection.send(attached({ conversation: 'alice/work' }));
    client.send('Hello');
    expect(await connection.next('event')).toMatchObject({ conversation: 'alice/work' });
  });

  test('copes with a relay that names no conversation, and attaches it by itself', async () => {
    const client = setup.makeClient();
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ conversation: undefined as never });
    await connection.next('attach');
    connection.send(attached());
    client.send('Hello');
    expect(await connection.next('event')).toMatchObject({ content: 'Hello', conversation: 'alice' });
  });

  test('does not take another conversation for its own where the relay names none', async () => {
    const client = setup.makeClient();
    const work = client.conversation('alice/work');
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ conversation: undefined as never });
    connection.send(attached({ conversation: 'alice/work' }));
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'alice', seq: 0 });
    await expect.poll(() => work.agent).toBeDefined();
    expect(client.conversation().name).toBe('alice');
  });

  test('tells how it gets on', async () => {
    const seen: ClientStatus[] = [];
    const client = setup.makeClient();
    expect(client.status).toEqual({ state: 'idle' });
    client.on('status', (status) => seen.push(status));
    const connection = await setup.online(client);
    connection.close(4500, 'restart');
    await expect.poll(() => seen.length).toBe(4);
    client.close();
    expect(seen).toEqual([
      { state: 'connecting', attempt: 0 },
      { state: 'online' },
      { state: 'waiting', attempt: 1, delayMs: expect.any(Number), loss: { code: 4500, reason: 'restart' } },
      { state: 'connecting', attempt: 1 },
      { state: 'closed' },
    ]);
  });

  test('is online as soon as its promise says so', async () => {
    const client = setup.makeClient();
    const connected = client.connect().then(() => client.status.state);
    await (await setup.relay.nextConnection()).welcome();
    expect(await connected).toBe('online');
    await expect(client.connect()).resolves.toBeUndefined();
  });

  test('waits for a relay that is away', async () => {
    await setup.relay.stop();
    const client = setup.makeClient();
    const connected = client.connect();
    await expect.poll(() => client.status.attempt ?? 0).toBeGreaterThan(1);
    await setup.relay.restart();
    await (await setup.relay.nextConnection()).welcome();
    await connected;
  });

  test('fetches its token anew for each connection, and shows it to nobody', async () => {
    let tokens = 0;
    const client = setup.makeClient({ token: async () => `token ${++tokens}` });
    const texts: string[] = [];
    client.on('traffic', ({ text }) => texts.push(text));
    void client.connect();
    for (const expected of ['token 1', 'token 2']) {
      const connection = await setup.relay.nextConnection();
      expect(await connection.welcome()).toMatchObject({ token: expected });
      connection.kill();
    }
    expect(texts.length).toBeGreaterThanOrEqual(2);
    expect(texts.join()).not.toContain('token 1');
  });

  test('is not made for what is no URL', () => {
    for (const url of ['somewhere', 'localhost:8765', 'relay.example.com:443/relay']) {
      expect(() => createClient({ url })).toThrow(TypeError);
    }
  });

  test('has no conversation whose name the relay would not take, since it would turn the client away', async () => {
    for (const conversation of ['', 'al ice', 'Zoë', 'x'.repeat(257)]) {
      expect(() => setup.makeClient({ conversation })).toThrow(TypeError);
      expect(() => setup.makeClient().conversation(conversation)).toThrow(TypeError);
    }
    const client = setup.makeClient();
    const names = ['!', '~/~', 'x'.repeat(256)];
    for (const name of names) expect(client.conversation(name).name).toBe(name);
    void client.connect();
    const { attach } = await (await setup.relay.nextConnection()).welcome();
    expect(attach?.map(({ conversation }) => conversation)).toEqual(names);
  });
});

describe('a relay that refuses for good', () => {
  test.each([
    [closeCodes.unauthenticated, 'unauthenticated'],
    [closeCodes.forbidden, 'forbidden'],
    [closeCodes.unsupportedVersion, 'unsupported_version'],
    [closeCodes.replaced, 'close_4409'],
    [4477, 'close_4477'],
  ])('is obeyed after %i', async (closeCode, code) => {
    const client = setup.makeClient();
    const connected = client.connect();
    const refused = expect(connected).rejects.toMatchObject({ name: 'ClientError', code, retryable: false });
    const connection = await setup.relay.nextConnection();
    connection.close(closeCode, 'because');
    await refused;
    expect(client.status).toEqual({ state: 'closed', loss: { code: closeCode, reason: 'because' } });
    expect(setup.relay.accepted).toBe(1);
  });

  test('is asked again when the client is connected again, and gets what waited', async () => {
    const client = setup.makeClient();
    const refused = client.connect().catch((error: ClientError) => error.code);
    client.send('Hello');
    (await setup.relay.nextConnection()).close(4401);
    expect(await refused).toBe('unauthenticated');
    const connection = await setup.online(client);
    expect(await connection.next('event')).toMatchObject({ content: 'Hello' });
  });

  test('crashes no page that does not look at the promise', async () => {
    const client = setup.makeClient();
    void client.connect();
    (await setup.relay.nextConnection()).close(4401);
    await expect.poll(() => client.status.state).toBe('closed');
  });
});

test('a client that is closed before it is online says so', async () => {
  const client = setup.makeClient();
  const connected = client.connect();
  client.close();
  const error: unknown = await connected.catch((reason: unknown) => reason);
  expect(isClientError(error) && error.code).toBe('closed');
});

test('what is no legal frame, of an unknown type or of a foreign conversation disturbs nothing', async () => {
  setup.breaks('relay R-FRAME-1', 'relay R-FRAME-10', 'relay R-ATTACH-6', 'relay R-HEART-2');
  const client = setup.makeClient();
  const ignored: unknown[] = [];
  client.on('ignored', (parsed) => ignored.push(parsed));
  const connection = await setup.online(client);
  connection.sendText('no JSON');
  connection.sendText('{"type":"__proto__"}');
  connection.sendText('{"type":"reply","kind":"final"}');
  connection.send(reply('rp9', 7, { conversation: 'bob' }), { type: 'pong' }, reply('rp1', 1));
  await expect.poll(() => client.conversation().messages).toMatchObject([{ id: 'rp1' }]);
  expect(ignored).toMatchObject([
    { status: 'fault', fault: { code: 'malformed' } },
    { status: 'unknown', type: '__proto__' },
    { status: 'fault', fault: { code: 'invalid', details: { path: '/content', keyword: 'required' } } },
  ]);
  expect(client.status.state).toBe('online');
});

test('errors and frames of the relay are told', async () => {
  const client = setup.makeClient();
  const errors: unknown[] = [];
  const types: string[] = [];
  client.on('error', (frame) => errors.push(frame));
  client.on('frame', ({ type }) => types.push(type));
  const connection = await setup.online(client);
  connection.send(
    { type: 'error', code: 'agent_offline', message: 'Away', retryable: true },
    reply('rp1', 1),
  );
  await expect.poll(() => types).toEqual(['attached', 'attached', 'error', 'reply']);
  expect(errors).toMatchObject([{ code: 'agent_offline' }]);
});
