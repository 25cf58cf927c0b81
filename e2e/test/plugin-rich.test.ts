import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chain, type ChainOptions, startChain } from '@websocket-channel/example-full-chain/chain';
import { pluginSource } from '@websocket-channel/example-full-chain/repository';
import { type Client, type ClientOptions, createClient, type Message } from '@websocket-channel/sdk-client';
import { createProgress } from '@websocket-channel/sdk-client/progress';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

let chain: Chain;
const clients: Client[] = [];

interface CronRun {
  readonly runId: string;
  readonly status: string;
  readonly deliveryError?: string;
}

type WithPlugins = { readonly plugins?: { readonly load?: { readonly paths?: readonly string[] } } };
const loadPaths = ({ plugins }: WithPlugins): readonly string[] => plugins?.load?.paths ?? [];

/** Scheduled work, thoughts of the model, and all that is told of a turn. */
function proactive(config: Parameters<NonNullable<ChainOptions['configureGateway']>>[0]) {
  const { models, agents, channels } = structuredClone(config) as unknown as {
    models: { providers: { chain: { models: { reasoning: boolean }[] } } };
    agents: { defaults: object };
    channels: Record<string, object>;
  };
  models.providers.chain.models[0]!.reasoning = true;
  const heartbeat = {
    every: '12h',
    target: 'websocket-channel',
    to: 'user:heart',
    prompt: 'SAY:the heart beats:END',
  };
  return {
    models,
    agents: { ...agents, defaults: { ...agents.defaults, thinkingDefault: 'low', heartbeat } },
    cron: { enabled: true },
    channels: {
      ...channels,
      'websocket-channel': { ...channels['websocket-channel'], progress: 'reasoning' },
    },
  };
}

const askingPlugin = join(import.meta.dirname, '../asking-plugin');

beforeAll(async () => {
  const approvals = { enabled: true, mode: 'session' };
  chain = await startChain({
    pluginSource,
    configureGateway: (config) => ({
      ...config,
      tools: { profile: 'minimal', alsoAllow: ['exec', 'message', 'read'], exec: { mode: 'ask' } },
      approvals: { exec: approvals, plugin: approvals },
      ...proactive(config),
      commands: { ownerAllowFrom: ['websocket-channel:owner', 'websocket-channel:other-owner'] },
      plugins: {
        ...(config.plugins as object),
        allow: ['websocket-channel', 'asking-plugin'],
        load: { paths: [...loadPaths(config), askingPlugin] },
      },
    }),
  });
  await writeFile(join(chain.gateway.workspace, 'ask-120000.txt'), 'what the file says');
  await writeFile(join(chain.gateway.workspace, 'notes.md'), 'her notes');
  await chain.gateway.warmUp();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(() => chain?.stop());

async function participant(source: string, options: Partial<ClientOptions> = {}): Promise<Client> {
  const client = createClient({ url: chain.urls.relay, source, ...options });
  clients.push(client);
  await client.connect();
  return client;
}

const messagesOf = (client: Client) => client.conversation().messages;

async function untilSeen(client: Client, fits: (message: Message) => boolean): Promise<Message> {
  const find = () => messagesOf(client).find(fits);
  try {
    await expect.poll(find).toBeDefined();
  } catch (error) {
    throw new Error(`Never seen among ${JSON.stringify(messagesOf(client))}`, { cause: error });
  }
  return find()!;
}

/** Does something with the channel's messages, as `openclaw message` does. */
const act = (action: string, to: string, params: object) =>
  chain.gateway.call('message.action', {
    channel: 'websocket-channel',
    action,
    params: { channel: 'websocket-channel', target: to, to, ...params },
    idempotencyKey: randomUUID(),
    conversationReadOrigin: 'direct-operator',
  });

describe('messages through a real Gateway', () => {
  it('are reacted to, corrected and deleted by the agent', async () => {
    const client = await participant('alice');
    const exchange = client.send('SAY:first version:END');
    await exchange.ended;
    const reply = await untilSeen(
      client,
      ({ role, content }) => role === 'agent' && content === 'first version',
    );
    await act('react', 'user:alice', { messageId: exchange.id, emoji: '👍' });
    expect(await untilSeen(client, ({ kind }) => kind === 'reaction')).toMatchObject({
      content: '👍',
      target: exchange.id,
      role: 'agent',
    });
    await act('edit', 'user:alice', { messageId: reply.id, message: 'second version' });
    await untilSeen(
      client,
      ({ id, content, edited }) => id === reply.id && content === 'second version' && edited === true,
    );
    await act('delete', 'user:alice', { messageId: reply.id });
    await untilSeen(client, ({ id, deleted }) => id === reply.id && deleted === true);
  });

  it('are told to the agent when a participant reacts to them, corrects or deletes them', async () => {
    const client = await participant('bob');
    const exchange = client.send('SAY:a word:END');
    await exchange.ended;
    const reply = await untilSeen(client, ({ role, content }) => role === 'agent' && content === 'a word');
    await client.send('🎉', { kind: 'reaction', target: reply.id }).accepted;
    await client.send('SAY:another word:END', { kind: 'edit', target: exchange.id }).accepted;
    await client.send('', { kind: 'delete', target: exchange.id }).accepted;
    await client.send('SAY:what happened:END').ended;
    const { context } = chain.standIn!.requests.findLast(({ question }) =>
      question.includes('what happened'),
    )!;
    expect(context).toContain(`bob reacted to message ${reply.id} with`);
    expect(context).toContain(`bob corrected message ${exchange.id}`);
    expect(context).toContain(`bob deleted message ${exchange.id}`);
  });

  it('stay in their thread, with a context of their own, and name the message that they answer', async () => {
    const client = await participant('tess');
    const answerTo = async (content: string, details: Parameters<Client['send']>[1] = {}) => {
      const exchange = client.send(`SAY:${content}:END`, details);
      await exchange.ended;
      const answer = await untilSeen(
        client,
        (message) => message.role === 'agent' && message.content === content,
      );
      const { context } = chain.standIn!.requests.findLast(({ question }) => question.includes(content))!;
      return { answer, context };
    };
    const outside = await answerTo('outside of threads');
    const opened = await answerTo('opened a thread', { thread: 'T1' });
    const other = await answerTo('opened another', { thread: 'T2' });
    const second = await answerTo('second word', { thread: 'T1', replyTo: opened.answer.id });
    expect([outside, opened, other, second].map(({ answer }) => answer.thread)).toEqual([
      undefined,
      'T1',
      'T2',
      'T1',
    ]);
    expect(opened.context).not.toContain('outside of threads');
    expect(second.context).toContain('opened a thread');
    expect(second.context).toContain(opened.answer.id);
    expect(second.context).not.toContain('opened another');
  });

  it('ask by buttons, and a pressed one is said', async () => {
    const client = await participant('carol');
    await client.send('SAY:hello:END').ended;
    await chain.gateway.call('poll', {
      ...{ channel: 'websocket-channel', to: 'user:carol', idempotencyKey: randomUUID() },
      ...{ question: 'Tea?', options: ['SAY:Yes, tea:END', 'No'] },
    });
    const poll = await untilSeen(client, ({ actions }) => actions?.length === 2);
    expect(poll).toMatchObject({ content: 'Tea?', kind: 'message' });
    const { outcome, text } = await client.send(poll.actions![0]!.id, { kind: 'action', target: poll.id })
      .ended;
    expect({ outcome, text }).toEqual({ outcome: 'completed', text: 'Yes, tea' });
    const unknown = await client.send('hmade-up', { kind: 'action', target: poll.id }).ended;
    expect(unknown).toMatchObject({ outcome: 'failed', error: { code: 'unknown_action' } });
  });

  it('carry buttons and selects of a presentation', async () => {
    const client = await participant('dave');
    await client.send('SAY:hello:END').ended;
    await act('send', 'conversation:dave', {
      message: 'Choose',
      presentation: {
        blocks: [
          { type: 'text', text: 'one of these' },
          {
            type: 'buttons',
            buttons: [{ label: 'Status', action: { type: 'command', command: '/status' } }],
          },
        ],
      },
    });
    const card = await untilSeen(client, ({ actions }) => actions?.[0]?.label === 'Status');
    expect(card.content).toContain('one of these');
  });
});

describe('an approval', () => {
  const command = 'TOOL exec {"command":"echo approved-output"}';
  const reading = (waitMs: number) => `TOOL read {"path":"ask-${waitMs}.txt"}`;
  const cardOf = (client: Client) => untilSeen(client, ({ actions }) => (actions?.length ?? 0) > 0);

  async function allow(client: Client, { id: target, actions = [] }: Message): Promise<void> {
    const button = actions.find(({ label }) => /allow once/i.test(label));
    await client.send(button!.id, { kind: 'action', target }).accepted;
  }

  it.each([
    ['a command', 'owner', command, 'approved-output'],
    ['what another plugin asks', 'other-owner', reading(120_000), 'what the file says'],
  ])(
    'of %s is a card with buttons on every device, decided by its owner, and shown as decided',
    async (_, source, question, result) => {
      const [client, tablet] = [await participant(source), await participant(source)];
      const exchange = client.send(question);
      const card = await cardOf(client);
      // One that connects while the card waits sees it too.
      const late = await participant(source);
      for (const device of [tablet, late]) expect(await cardOf(device)).toMatchObject({ id: card.id });
      await allow(tablet, card);
      for (const device of [client, tablet, late]) {
        const decided = await untilSeen(device, ({ id, edited }) => id === card.id && edited === true);
        expect(decided.actions).toEqual([]);
      }
      await exchange.ended;
      await untilSeen(client, ({ content }) => content.includes(result) && content.includes('returned'));
      const later = await participant(source);
      expect((await untilSeen(later, ({ id }) => id === card.id)).actions).toEqual([]);
    },
  );

  it('is not decided by somebody who may not', async () => {
    const client = await participant('mallory');
    const exchange = client.send(command);
    const card = await cardOf(client);
    await allow(client, card);
    client.cancel();
    expect((await exchange.ended).outcome).toBe('aborted');
    expect(messagesOf(client).some(({ content }) => content.includes('returned'))).toBe(false);
  });

  it('that nobody decides in time says so without buttons, and the turn goes on', async () => {
    const client = await participant('patient');
    const cards: (string | undefined)[] = [];
    client.conversation().on('reply', ({ id, actions = [] }) => void (actions.length > 0 && cards.push(id)));
    const exchange = client.send(reading(5000));
    const over = await untilSeen(client, ({ id, edited }) => cards.includes(id) && edited === true);
    // OpenClaw tells whichever it notices first: that the time is over, or that it is denied for that.
    expect(over).toMatchObject({ content: expect.stringMatching(/expired|denied/), actions: [] });
    const { outcome, text } = await exchange.ended;
    expect(outcome).toBe('completed');
    expect(text).not.toContain('what the file says');
  });
});

describe('a turn', () => {
  it('is told while it goes on: thoughts, what is said before a tool, and the tool', async () => {
    const onlooker = await participant('carla', { capabilities: ['stream', 'signal', 'progress'] });
    const progress = createProgress(onlooker.conversation());
    const signals: string[] = [];
    const plain = await participant('carla');
    plain.conversation().on('signal', ({ kind }) => signals.push(kind));
    const { outcome } = await onlooker.send(
      'THINK:She wants the file:END SAY:I look it up.:END\nTOOL read {"path":"notes.md"}',
    ).ended;
    expect(outcome).toBe('completed');
    const told = () => progress.steps.map(({ kind, text, active }) => ({ kind, text, active }));
    await expect.poll(told).toEqual(
      expect.arrayContaining([
        { kind: 'reasoning', text: 'She wants the file', active: false },
        { kind: 'preamble', text: 'I look it up.', active: false },
        { kind: 'tool', text: 'read', active: false },
      ]),
    );
    expect(signals.filter((kind) => kind !== 'typing' && kind !== 'presence')).toEqual([]);
  });
});

describe('the commands of the agent', () => {
  it('are listed to clients that read them, and run for who may', async () => {
    const client = await participant('owner', { capabilities: ['stream', 'signal', 'commands'] });
    const names = () => client.conversation().agent?.commands?.map(({ name }) => name);
    await expect.poll(names).toEqual(expect.arrayContaining(['status', 'stop', 'new']));
    expect((await client.send('/status').ended).text).toContain('OpenClaw');
    const other = await participant('dora');
    await expect.poll(() => other.conversation().agent).toMatchObject({ online: true });
    expect(other.conversation().agent).not.toHaveProperty('commands');
    expect((await other.send('/restart').ended).text).not.toMatch(/restarting/i);
  });
});

describe('what the agent says by itself', () => {
  it('comes from scheduled work', async () => {
    const client = await participant('scheduled');
    await client.send('SAY:hello:END').ended;
    const job = (await chain.gateway.call('cron.add', {
      name: 'reminder',
      schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000).toISOString() },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'SAY:time for tea:END' },
      delivery: { mode: 'announce', channel: 'websocket-channel', to: 'user:scheduled' },
    })) as { id: string };
    const run = async () => {
      const { runId } = (await chain.gateway.call('cron.run', { id: job.id, mode: 'force' })) as CronRun;
      const find = async () => {
        const { entries } = (await chain.gateway.call('cron.runs', { id: job.id })) as { entries: CronRun[] };
        return entries.find((entry) => entry.runId === runId);
      };
      await expect.poll(find, { timeout: 120_000, interval: 500 }).toBeDefined();
      return await find();
    };
    const first = await run();
    // A run may fail within OpenClaw, or find its database in use before it is delivered; one that it finished has to come.
    const isFinished = first?.status === 'ok' && !/another OpenClaw process/.test(first.deliveryError ?? '');
    const finished = isFinished ? first : await run();
    expect(finished, JSON.stringify(first)).toMatchObject({ status: 'ok', deliveryStatus: 'delivered' });
    const message = await untilSeen(client, ({ content }) => content === 'time for tea');
    expect(message).toMatchObject({ role: 'agent', kind: 'message' });
  });

  it('comes from the heartbeat, which is seen to be typed', async () => {
    const client = await participant('heart');
    await client.send('SAY:hello:END').ended;
    const typing: (boolean | undefined)[] = [];
    client.conversation().on('signal', ({ kind, active }) => void (kind === 'typing' && typing.push(active)));
    await chain.gateway.call('wake', { mode: 'now', text: 'look after the tea' });
    await untilSeen(client, ({ content, kind }) => kind === 'message' && content.includes('the heart beats'));
    expect(typing).toContain(true);
    await expect.poll(() => typing.at(-1)).toBe(false);
  });
});

describe('the directory', () => {
  it('names whom the agent can write to', async () => {
    const client = await participant('peer');
    await client.send('SAY:hello:END').ended;
    const list = (...what: string[]) =>
      chain.gateway.cli('directory', ...what, '--channel', 'websocket-channel', '--json');
    const peers = await list('peers', 'list', '--query', 'peer');
    expect(JSON.parse(peers.stdout)).toEqual([{ kind: 'user', id: 'user:peer', name: 'peer' }]);
    const groups = await list('groups', 'list');
    expect(JSON.parse(groups.stdout)).toEqual([]);
  });
});
