import { limits } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { RawPeer } from './support/raw-peer.ts';
import { event, startRelay } from './support/running-relay.ts';

const onlooker = { capabilities: ['signal', 'progress'] };
const thought = {
  type: 'signal',
  kind: 'reasoning',
  conversation: 'alice',
  turn: 'tu1',
  id: 'th1',
  index: 0,
  content: 'Well …',
};

describe('how a turn goes', () => {
  it('is told to those who want to know, as the agent says it, and to nobody else', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', onlooker);
    const other = await relay.client('alice', { capabilities: ['signal'] });
    const agent = await relay.agent({ capabilities: ['signal'] });
    for (const client of [alice, other]) await client.nextFrame('signal');
    const tool = { ...thought, kind: 'tool', id: 'ca1', content: 'Read', active: true };
    agent.send(thought, { ...tool, agent: { source: 'x', online: false } });
    expect(await alice.nextFrames(2)).toEqual([
      { ...thought, source: 'default' },
      { ...tool, source: 'default' },
    ]);
    expect(await other.frames()).toEqual([]);
  });

  it('is not told by participants', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', onlooker);
    const other = await relay.client('alice', onlooker);
    other.send(thought, event('ev1'));
    expect(await alice.frames()).toEqual([
      { type: 'signal', kind: 'reasoning', conversation: 'alice', source: 'alice', turn: 'tu1' },
      expect.objectContaining({ type: 'event', id: 'ev1' }),
    ]);
  });
});

describe('the commands of an agent', () => {
  const commands = Array.from({ length: limits.commands }, (_, index) => ({
    name: `command-${index}`,
    description: 'd'.repeat(limits.nameLength),
    args: 'a'.repeat(limits.nameLength),
  }));
  const reader = { capabilities: ['signal', 'commands'] };

  it('are listed to clients that read them, while it is there', async () => {
    const relay = await startRelay();
    const early = await relay.client('alice', reader);
    const plain = await relay.client('alice', { capabilities: ['signal'] });
    const agent = await relay.agent({ commands });
    const there = { source: 'default', online: true };
    expect((await early.nextFrame('signal')).agent).toMatchObject({ ...there, commands });
    expect((await plain.nextFrame('signal')).agent).not.toHaveProperty('commands');
    for (const client of [early, plain]) client.send({ type: 'attach', conversation: 'alice' });
    expect((await early.nextFrame('attached')).agent).toMatchObject({ ...there, commands });
    expect((await plain.nextFrame('attached')).agent).not.toHaveProperty('commands');
    await agent.close();
    expect((await early.nextFrame('signal')).agent).toEqual({ source: 'default', online: false });
  });

  it('are refused beyond the bound', async () => {
    const relay = await startRelay();
    const agent = await RawPeer.open(relay.agentUrl, 'agent');
    agent.send({ type: 'hello', role: 'agent', versions: [1], commands: [...commands, commands[0]] });
    expect(await agent.nextFrame('error')).toMatchObject({
      code: 'unexpected',
      details: { path: '/commands', keyword: 'maxItems', limit: limits.commands },
    });
  });
});
