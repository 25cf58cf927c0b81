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
import { patchSessionEntry } from 'openclaw/plugin-sdk/session-store-runtime';
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

/** A frame of the agent's, in one conversation, and whether the relay gets it; it gets none of what follows. */
interface Cut {
  readonly conversation: string;
  readonly fits: (frame: AgentToRelay) => boolean;
  readonly fate: 'lose' | undefined;
}

/** Kills the Gateway at the frame of the last cut. What a dead process had written after a cut reaches nobody. */
function killAt(...cuts: readonly Cut[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const dead = new Set<string>();
  tap.listen((frame) => {
    const conversation = 'conversation' in frame ? (frame.conversation ?? '') : '';
    if (dead.size === cuts.length || dead.has(conversation)) return 'lose';
    const cut = cuts.find((each) => each.conversation === conversation && each.fits(frame));
    if (cut === undefined) return undefined;
    dead.add(conversation);
    if (dead.size === cuts.length) {
      process.kill(gateway.pid, 'SIGKILL');
      resolve();
    }
    return cut.fate;
  });
  return promise.then(async () => {
    await gateway.kill();
    tap.listen(() => undefined);
  });
}

const isReceived = ({ type }: AgentToRelay) => type === 'received';
const isReply = (kind: string) => (frame: AgentToRelay) => frame.type === 'reply' && frame.kind === kind;
const isEnd = (frame: AgentToRelay) => frame.type === 'turn' && frame.status === 'ended';

const counted = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20';

/** Asks in a conversation of its own, which two devices show. */
async function ask(conversation: string) {
  const [client, other] = [await connect(conversation), await connect(conversation)];
  const exchange = client.send('COUNT 20 DELAY 10');
  return async () => {
    expect(await exchange.ended).toMatchObject({ outcome: 'completed', text: counted });
    for (const each of [client, other]) {
      await expect
        .poll(() => view(each))
        .toEqual({ answers: [{ kind: 'final', content: counted, streaming: false }], running: 0 });
    }
    expect(exchange.state).toBe('answered');
  };
}

describe('a Gateway that is killed', () => {
  it.each<[string, ...Cut[]]>([
    [
      'when it has events, before it says so of one, and after it said so of another,',
      { conversation: 'not-said', fits: isReceived, fate: 'lose' },
      { conversation: 'said', fits: isReceived, fate: undefined },
    ],
    [
      'when the model has answered: before the relay knows, when it knows, and when it lacks only the end of the turn,',
      { conversation: 'unknown', fits: isReply('final'), fate: 'lose' },
      { conversation: 'known', fits: isReply('final'), fate: undefined },
      { conversation: 'no-end', fits: isEnd, fate: 'lose' },
    ],
  ])('%s answers once, and ends the turn after it', async (_, ...cuts) => {
    const killed = killAt(...cuts);
    const checks = await Promise.all(cuts.map(({ conversation }) => ask(conversation)));
    await killed;
    await gateway.restart();
    for (const check of checks) await check();
  });

  it('in the middle of answers, answers once; stops one that it took up again, from a tab that is opened later', async () => {
    const fits = isReply('delta');
    const killed = killAt(
      { conversation: 'goes-on', fits, fate: undefined },
      { conversation: 'cancels', fits, fate: undefined },
    );
    const client = await connect('cancels');
    const exchange = client.send('COUNT 5000 DELAY 20');
    const check = await ask('goes-on');
    await killed;
    const requests = () => standIn.requests.filter(({ context }) => context.includes('COUNT 5000'));
    const asked = requests().length;
    await gateway.restart();
    await expect.poll(() => client.conversation().turns.length).toBe(1);
    await expect.poll(() => requests().length).toBe(asked + 1);
    const later = await connect('cancels');
    await expect.poll(() => later.conversation().turns.length).toBe(1);
    later.cancel(later.conversation().turns[0]?.id);
    expect(await exchange.ended).toMatchObject({ outcome: 'aborted' });
    await expect.poll(() => requests()[asked]?.aborted).toBe(true);
    await check();
  });
});

describe('an answer of which OpenClaw does not know whether it arrived', () => {
  it('is followed by the next answer, and by no word of doubt', async () => {
    const client = await connect('doubted');
    await client.send('SAY:first:END').ended;
    const sessionKey = 'agent:main:websocket-channel:default:direct:doubted';
    const session = {
      agentId: 'main',
      sessionKey,
      env: { ...process.env, OPENCLAW_STATE_DIR: gateway.stateDir },
    };
    const context = { channel: 'websocket-channel', to: 'user:doubted', accountId: 'default' };
    // As OpenClaw notes it after a crash between the relay's having an answer and its own note of that.
    const owed = { createdAt: Date.now(), context, intentId: 'i1', state: 'owed' as const };
    const noted = await patchSessionEntry({ ...session, update: () => ({ pendingDeliveryNotice: owed }) });
    expect(noted).toMatchObject({ pendingDeliveryNotice: owed });
    await client.send('SAY:second:END').ended;
    expect(answers(client).map(({ content }) => content)).toEqual(['first', 'second']);
  });
});

describe('a message that arrives while the agent answers', () => {
  const idOf = (event: string) =>
    tap.frames.flatMap((frame) => (frame.type === 'turn' && frame.events[0] === event ? [frame.id] : []))[0];

  /** Asks for a count that ends with a call of a tool, and says something else in the middle of it, where the model waits. */
  async function interject(client: Client, content: string) {
    const asked = standIn.requests.length;
    const hold = `hold${asked}`;
    const first = client.send(`COUNT 20 DELAY 20 HOLD ${hold}\nTOOL read {"path":"notes.md"}`);
    for await (const chunk of first) if (chunk.text.includes(' 5')) break;
    const second = client.send(content);
    await expect.poll(() => idOf(second.id)).toBeDefined();
    return { asked, first, second, proceed: () => standIn.proceed(hold) };
  }

  /** Until OpenClaw has dealt with something that came later, from beginning to end, and so has the second message too. */
  async function untilTakenUp(): Promise<void> {
    const bystander = await connect('bystander');
    await bystander.send('/status').ended;
  }

  /** Until OpenClaw has handed the second message to the run of the first. */
  const untilSteered = (first: string, second: string) =>
    expect
      .poll(() => tap.frames.filter((frame) => frame.type === 'turn' && frame.id === idOf(first)).at(-1))
      .toMatchObject({ status: 'started', events: [first, second] });

  it('is answered by the running turn, which names both, and its own ends with that', async () => {
    const client = await connect('steers');
    const { asked, first, second, proceed } = await interject(client, 'SAY:and this too:END');
    await untilTakenUp();
    proceed();
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
    const { asked, first, second, proceed } = await interject(client, 'COUNT 1000 DELAY 20');
    await untilTakenUp();
    proceed();
    await untilSteered(first.id, second.id);
    await expect.poll(() => standIn.requests.length).toBe(asked + 2);
    client.cancel(idOf(second.id));
    const aborted = { outcome: 'aborted' };
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([aborted, aborted]);
    await expect.poll(() => standIn.requests[asked + 1]?.aborted).toBe(true);
    // Its own turn ends right after the other one.
    await expect.poll(() => client.conversation().turns).toEqual([]);
  });

  it('is withdrawn when it is cancelled before that, and the running turn goes on', async () => {
    const client = await connect('steers-and-withdraws');
    const { asked, first, second, proceed } = await interject(client, 'SAY:never mind:END');
    client.cancel(idOf(second.id));
    expect(await second.ended).toMatchObject({ outcome: 'aborted' });
    proceed();
    expect(await first.ended).toMatchObject({ outcome: 'completed' });
    const contexts = standIn.requests.slice(asked).map(({ context }) => context);
    expect(contexts).toHaveLength(2);
    expect(contexts.join()).not.toContain('never mind');
  });
});
