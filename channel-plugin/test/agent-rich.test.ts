import type { Reply } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { buttonTexts } from '../src/button-action.ts';
import { createActions } from '../src/host/actions.ts';
import { connectAgent } from './support/connected-agent.ts';

describe('an agent', () => {
  it('is asked what a pressed button says, as an answer to its message', async () => {
    const { deliver, host } = await connectAgent();
    deliver({ kind: 'action', content: buttonTexts.idOf('/status'), target: 'rp1' });
    const { question } = await host.run();
    expect(question).toMatchObject({ content: '/status', replyTo: 'rp1' });
  });

  it('ends the turn of a button that is not known, and asks nobody', async () => {
    const { deliver, untilEnded } = await connectAgent();
    deliver({ kind: 'action', content: 'hmade-up', target: 'rp1' });
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({
      outcome: 'failed',
      error: { code: 'unknown_action', message: 'This button is no longer known' },
    });
  });

  it.each([
    ['reaction', '🎉', 'alice reacted to message rp1 with "🎉"'],
    ['edit', 'say "this"', 'alice corrected message rp1 to "say \\"this\\""'],
    ['delete', '', 'alice deleted message rp1'],
  ])('is told of a %s, which needs no answer', async (kind, content, note) => {
    const { connection, deliver, host } = await connectAgent();
    deliver({ kind, content, target: 'rp1' });
    expect(await connection.next()).toMatchObject({ type: 'received', events: ['ev1'] });
    expect(host.notes).toEqual([note]);
  });

  it('is told nothing by whom it does not listen to', async () => {
    const { connection, deliver, host } = await connectAgent();
    host.decide({ status: 'refused', reason: 'test' });
    deliver({ kind: 'reaction', content: '🎉', target: 'rp1' });
    expect(await connection.next()).toMatchObject({ type: 'received' });
    expect(host.notes).toEqual([]);
  });

  it('shows the card of an approval once, and rewrites it when it is decided', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({});
    const run = await host.run();
    const actions = [{ id: 'tL3g', label: 'Allow' }];
    run.listener.onAnswer({ kind: 'tool', content: 'May I?', id: 'card', actions });
    run.listener.onAnswer({ kind: 'tool', content: 'Allowed', edits: 'card', actions: [] });
    run.end();
    const replies = (await untilEnded('ev1')).filter(({ type }) => type === 'reply') as Reply[];
    expect(replies).toMatchObject([
      { id: 'card', content: 'May I?', actions },
      { kind: 'edit', target: 'card', content: 'Allowed', actions: [] },
    ]);
  });
});

describe("the agent's message tool", () => {
  const cfg = { channels: { 'websocket-channel': { relayUrl: 'wss://relay.example.com/' } } };

  async function setUp() {
    const connected = await connectAgent();
    const actions = createActions((id) => (id === 'default' ? connected.agent : undefined));
    const act = (action: 'react' | 'edit' | 'delete' | 'pin', params: Record<string, unknown>) =>
      actions.handleAction!({ channel: 'websocket-channel', action, cfg, params });
    return { ...connected, actions, act };
  }

  it.each([
    ['react', { to: 'user:alice', messageId: 'ev1', emoji: '👍' }, { kind: 'reaction', content: '👍' }],
    ['edit', { target: 'alice', messageId: 'ev1', message: 'better' }, { kind: 'edit', content: 'better' }],
    ['delete', { to: 'ws:alice', messageId: 'ev1' }, { kind: 'delete', content: '' }],
  ] as const)('can %s', async (action, params, frame) => {
    const { act, connection, actions } = await setUp();
    expect(actions.supportsAction?.({ action })).toBe(true);
    const { details } = await act(action, params);
    expect(await connection.next()).toMatchObject({ ...frame, conversation: 'alice', target: 'ev1' });
    expect(details).toMatchObject({ ok: true, target: 'ev1' });
  });

  it('says what is missing', async () => {
    const { act, stop, connection } = await setUp();
    await expect(act('react', { to: 'alice' })).rejects.toThrow('react needs messageId');
    await expect(act('edit', { to: 'alice', messageId: 'ev1' })).rejects.toThrow('edit needs message');
    await expect(act('delete', { messageId: 'ev1' })).rejects.toMatchObject({ code: 'bad_target' });
    await expect(act('pin', { to: 'alice', messageId: 'ev1' })).rejects.toThrow('no action pin');
    await stop();
    await connection.closed;
    await expect(act('delete', { to: 'alice', messageId: 'ev1' })).rejects.toMatchObject({ code: 'offline' });
  });
});
