import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Relay, startRelay } from '@websocket-channel/example-full-chain/relay';
import { type Client, type ClientOptions, createClient } from '@websocket-channel/sdk-client';
import { checkTraffic } from '@websocket-channel/sdk-client/development';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startCuttingProxy } from '../src/cutting-proxy.ts';
import { type EchoAgent, endless, startEchoAgent } from '../src/echo-agent.ts';
import { expectLawfulness, reportBroken } from '../src/lawfulness.ts';

const agentToken = 'a token that only the agent knows';

expectLawfulness();

let folder: string;
let relay: Relay;
let agent: EchoAgent;
const clients: Client[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-and-relay-'));
  relay = await startRelay({ origins: [], agentToken, logFile: join(folder, 'relay.log') });
  agent = startEchoAgent(relay.agentUrl, agentToken);
  await agent.online();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  agent?.stop();
  await relay?.stop();
  await rm(folder, { recursive: true });
});

function makeClient(source: string, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({ url: relay.url, source, backoff: { minMs: 10, maxMs: 50 }, ...options });
  clients.push(client);
  checkTraffic(client, reportBroken);
  return client;
}

const view = (client: Client) =>
  client
    .conversation()
    .messages.map(({ role, content, seq, own, state }) => ({ role, content, seq, own, state }));

async function textOf(client: Client, content: string): Promise<string> {
  let text = '';
  for await (const chunk of client.send(content)) text = chunk.replace ? chunk.text : text + chunk.text;
  return text;
}

describe('a client and a relay', () => {
  test('carry an event and the reply, word by word', async () => {
    const client = makeClient('anna');
    await client.connect();
    const exchange = client.send('one two three');
    const kinds: string[] = [];
    let text = '';
    for await (const chunk of exchange) {
      kinds.push(chunk.kind);
      text += chunk.text;
    }
    expect(text).toBe('one two three');
    expect(kinds).toContain('delta');
    expect(await exchange.ended).toEqual({ outcome: 'completed', text: 'one two three' });
    expect(view(client)).toEqual([
      { role: 'participant', content: 'one two three', seq: 1, own: true, state: 'answered' },
      { role: 'agent', content: 'one two three', seq: 2, own: false },
    ]);
  });

  test('stop a reply that runs, from another tab, and keep what was said', async () => {
    const [asking, stopping] = [makeClient('bert'), makeClient('bert')];
    await Promise.all([asking.connect(), stopping.connect()]);
    const exchange = asking.send(endless);
    await expect.poll(() => stopping.conversation().messages.at(-1)?.content).toMatch(/^word word /);
    const [running] = stopping.conversation().turns;
    expect(stopping.cancel(running!.id)).toBe(true);
    expect(await exchange.ended).toMatchObject({ outcome: 'aborted' });
    expect(asking.conversation().turns).toEqual([]);
    expect(asking.conversation().messages.at(-1)).toMatchObject({
      content: expect.stringMatching(/^word /),
      streaming: false,
      outcome: 'aborted',
    });
  });

  test('show who comes late what is being said', async () => {
    const early = makeClient('cleo');
    await early.connect();
    early.send(endless);
    await expect.poll(() => early.conversation().messages.at(-1)?.content).toMatch(/^(word ){3}/);
    const late = makeClient('cleo');
    await late.connect();
    await expect.poll(() => late.conversation().messages.at(-1)?.content).toMatch(/^(word ){3}/);
    expect(late.conversation().turns).toHaveLength(1);
    late.cancel();
    await expect.poll(() => early.conversation().turns).toEqual([]);
  });

  test('keep an event for an agent that is away', async () => {
    const client = makeClient('dora');
    await client.connect();
    await expect.poll(() => client.conversation().agent?.online).toBe(true);
    agent.stop();
    await expect.poll(() => client.conversation().agent?.online).toBe(false);
    const exchange = client.send('are you there');
    await exchange.accepted;
    agent = startEchoAgent(relay.agentUrl, agentToken, { resumed: true });
    expect(await exchange.ended).toMatchObject({ text: 'are you there' });
    expect(client.conversation().agent?.online).toBe(true);
  });

  test('tell who asks too much to wait, and lose nothing', async () => {
    const client = makeClient('emil');
    await client.connect();
    const exchanges = Array.from({ length: 24 }, (_, i) => client.send(`question ${i}`));
    for (const [i, { ended }] of exchanges.entries())
      expect(await ended).toMatchObject({ text: `question ${i}` });
    const own = view(client).filter((message) => message.own);
    expect(own.map(({ content }) => content)).toEqual(exchanges.map((_, i) => `question ${i}`));
  });
});

describe('whatever is cut in the middle, each event is answered once and in order', () => {
  test('when the way to the relay is lost again and again', async () => {
    // Each connection lasts for so many pieces of what the relay says, some for long enough to get on.
    const lifetimes = [3, 1, 8, 2, 5, 13, 4, 21];
    let connections = 0;
    let isCutting = true;
    const proxy = await startCuttingProxy(relay.port, () => {
      let left = lifetimes[connections++ % lifetimes.length]!;
      return {
        near() {},
        far() {
          if (--left === 0 && isCutting) setImmediate(proxy.cut);
        },
      };
    });
    const client = makeClient('fritz', { url: `ws://127.0.0.1:${proxy.port}/` });
    try {
      await client.connect();
      const questions = Array.from(
        { length: 15 },
        (_, i) => `fritz asks for the ${i}th time what this is all about`,
      );
      for (const question of questions) expect(await textOf(client, question)).toBe(question);
      isCutting = false;
      expect(connections).toBeGreaterThan(lifetimes.length);
      const fresh = makeClient('fritz');
      await fresh.connect();
      await expect.poll(() => view(fresh)).toEqual(view(client));
      expect(view(fresh)).toHaveLength(30);
      expect(view(fresh).map(({ seq }) => seq)).toEqual(
        view(fresh)
          .map(({ seq }) => seq)
          .toSorted((a, b) => a! - b!),
      );
      for (const question of questions) expect(agent.answered.get(question)).toBe(1);
    } finally {
      client.close();
      await proxy.close();
    }
  });

  test('when the relay crashes with its log, and comes back', async () => {
    const client = makeClient('gina');
    await client.connect();
    expect(await textOf(client, 'before')).toBe('before');
    const questions = Array.from({ length: 6 }, (_, i) => `question ${i}${' and so on'.repeat(30)}`);
    const answers = questions.map((question) => client.send(question).ended);
    await new Promise((resolve) => client.conversation().on('reply', resolve));
    await relay.kill();
    expect(client.conversation().turns.length).toBeGreaterThan(0);
    await relay.restart();
    expect(await Promise.all(answers)).toMatchObject(
      questions.map((text) => ({ outcome: 'completed', text })),
    );
    const texts = view(client).map(({ role, content }) => `${role}: ${content}`);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.slice(0, 2)).toEqual(['participant: before', 'agent: before']);
    for (const question of questions) expect(agent.answered.get(question)).toBe(1);
    expect(client.conversation().recovered).toBe('reset');
  });
});
