import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, startGateway } from '@websocket-channel/example-full-chain/gateway';
import { STAND_IN_CHOICE } from '@websocket-channel/example-full-chain/provider';
import {
  type ProviderStandIn,
  startProviderStandIn,
} from '@websocket-channel/example-full-chain/provider-stand-in';
import { type Relay, startRelay } from '@websocket-channel/example-full-chain/relay';
import { pluginFolder } from '@websocket-channel/example-full-chain/repository';
import type { AgentToRelay } from '@websocket-channel/protocol';
import { type Client, createClient, type Message } from '@websocket-channel/sdk-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AgentTap, startAgentTap } from '../src/agent-tap.ts';

const agentToken = 'a token that only the agent knows';

let folder: string;
let relay: Relay;
let tap: AgentTap;
let standIn: ProviderStandIn;
let gateway: Gateway;
const clients: Client[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-crash-'));
  relay = await startRelay({ origins: [], agentToken, logFile: join(folder, 'relay.log') });
  tap = await startAgentTap(relay.agentUrl);
  standIn = await startProviderStandIn();
  gateway = await startGateway({
    folder: join(folder, 'gateway'),
    provider: { ...STAND_IN_CHOICE, baseUrl: standIn.url, apiKey: 'stand-in' },
    channelConfig: {
      enabled: true,
      relayUrl: tap.url,
      token: agentToken,
      dmPolicy: 'open',
      allowFrom: ['*'],
    },
    pluginSource: pluginFolder,
  });
  await gateway.warmUp();
});

afterEach(() => {
  tap.listen(() => undefined);
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await gateway?.stop();
  await standIn?.close();
  await tap?.close();
  await relay?.stop();
  await rm(folder, { recursive: true });
});

async function connect(source: string): Promise<Client> {
  const client = createClient({ url: relay.url, source, backoff: { minMs: 10, maxMs: 50 } });
  clients.push(client);
  await client.connect();
  return client;
}

const answers = (client: Client): readonly Message[] =>
  client.conversation().messages.filter(({ role, kind }) => role === 'agent' && kind !== 'notice');

const view = (client: Client) => ({
  answers: answers(client).map(({ kind, content, streaming }) => ({ kind, content, streaming })),
  running: client.conversation().turns.length,
});

/** Kills the Gateway at the first frame of the agent's that fits, which the relay gets or not. */
function killAt(fits: (frame: AgentToRelay) => boolean, fate: 'lose' | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let dead = false;
  tap.listen((frame) => {
    // What a dead process had written before reaches nobody either.
    if (dead) return 'lose';
    if (!fits(frame)) return undefined;
    dead = true;
    process.kill(gateway.pid, 'SIGKILL');
    resolve();
    return fate;
  });
  return promise.then(async () => {
    await gateway.kill();
    tap.listen(() => undefined);
  });
}

const isReply = (kind: string) => (frame: AgentToRelay) => frame.type === 'reply' && frame.kind === kind;
const isEnd = (frame: AgentToRelay) => frame.type === 'turn' && frame.status === 'ended';

describe('a Gateway that is killed', { timeout: 300_000 }, () => {
  const counted = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20';
  it.each([
    ['when it has the event, before it says so', ({ type }: AgentToRelay) => type === 'received', 'lose'],
    ['when it has said that it has the event', ({ type }: AgentToRelay) => type === 'received', undefined],
    ['in the middle of the answer', isReply('delta'), undefined],
    ['when the model has answered, before the relay knows', isReply('final'), 'lose'],
    ['when the relay knows, before it says so', isReply('final'), undefined],
    ['before the relay knows of the end of the turn', isEnd, 'lose'],
  ] as const)('%s, answers once, and ends the turn after it', async (step, fits, fate) => {
    const source = step.replaceAll(/[^a-z]+/g, '-');
    const [client, other] = [await connect(source), await connect(source)];
    const killed = killAt(fits, fate);
    const exchange = client.send('COUNT 20 DELAY 10');
    await killed;
    await gateway.restart();
    const outcome = await exchange.ended;
    expect(outcome).toMatchObject({ outcome: 'completed', text: counted });
    for (const each of [client, other]) {
      await expect
        .poll(() => view(each))
        .toEqual({
          answers: [{ kind: 'final', content: counted, streaming: false }],
          running: 0,
        });
    }
    expect(exchange.state).toBe('answered');
  });

  it('stops a turn that it took up again, from a tab that is opened later', async () => {
    const client = await connect('cancels');
    const killed = killAt(isReply('delta'), undefined);
    const exchange = client.send('COUNT 500 DELAY 20');
    await killed;
    const asked = standIn.requests.length;
    await gateway.restart();
    await expect.poll(() => client.conversation().turns.length).toBe(1);
    await expect.poll(() => standIn.requests.length, { timeout: 60_000 }).toBe(asked + 1);
    const later = await connect('cancels');
    await expect.poll(() => later.conversation().turns.length).toBe(1);
    later.cancel(later.conversation().turns[0]?.id);
    expect(await exchange.ended).toMatchObject({ outcome: 'aborted' });
    await expect.poll(() => standIn.requests[asked]?.aborted).toBe(true);
  });
});

describe('a message that arrives while the agent answers', () => {
  const idOf = (event: string) =>
    tap.frames.flatMap((frame) => (frame.type === 'turn' && frame.events[0] === event ? [frame.id] : []))[0];

  /** Asks for a count that ends with a call of a tool, and says something else in the middle of it. */
  async function interject(client: Client, content: string) {
    const asked = standIn.requests.length;
    const first = client.send('COUNT 100 DELAY 20\nTOOL read {"path":"notes.md"}');
    for await (const chunk of first) if (chunk.text.includes(' 5')) break;
    const second = client.send(content);
    await expect.poll(() => idOf(second.id)).toBeDefined();
    return { asked, first, second };
  }

  /** Until OpenClaw has handed the second message to the run of the first. */
  const untilSteered = (first: string, second: string) =>
    expect
      .poll(() => tap.frames.filter((frame) => frame.type === 'turn' && frame.id === idOf(first)).at(-1))
      .toMatchObject({ status: 'started', events: [first, second] });

  it('is answered by the running turn, which names both, and its own ends with that', async () => {
    const client = await connect('steers');
    const { asked, first, second } = await interject(client, 'SAY:and this too:END');
    const [one, two] = await Promise.all([first.ended, second.ended]);
    expect([one.outcome, two.outcome]).toEqual(['completed', 'completed']);
    expect(two.text).toContain('and this too');
    // OpenClaw hands it to the run in place of the tool's result: it does not wait for a run of its own.
    const [, next, ...more] = standIn.requests.slice(asked);
    expect(next?.question).toContain('and this too');
    expect(next?.context).toContain('Skipped to process an incoming message.');
    expect(more).toEqual([]);
    const answer = tap.frames.find((frame) => frame.type === 'reply' && frame.content === 'and this too');
    expect(answer).toMatchObject({ turn: idOf(first.id), events: [first.id, second.id] });
  });

  it('stops the turn that it was handed to when it is cancelled', async () => {
    const client = await connect('steers-and-stops');
    const { asked, first, second } = await interject(client, 'COUNT 1000 DELAY 20');
    await untilSteered(first.id, second.id);
    client.cancel(idOf(second.id));
    const aborted = { outcome: 'aborted' };
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([aborted, aborted]);
    await expect.poll(() => standIn.requests[asked + 1]?.aborted).toBe(true);
    // Its own turn ends right after the other one.
    await expect.poll(() => client.conversation().turns).toEqual([]);
  });

  it('is withdrawn when it is cancelled before that, and the running turn goes on', async () => {
    const client = await connect('steers-and-withdraws');
    const { asked, first, second } = await interject(client, 'SAY:never mind:END');
    client.cancel(idOf(second.id));
    expect(await second.ended).toMatchObject({ outcome: 'aborted' });
    expect(await first.ended).toMatchObject({ outcome: 'completed' });
    const contexts = standIn.requests.slice(asked).map(({ context }) => context);
    expect(contexts).toHaveLength(2);
    expect(contexts.join()).not.toContain('never mind');
  });
});
