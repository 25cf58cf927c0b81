import type { ChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import { preferredAccountId } from '../accounts.ts';
import type { Agent } from '../agent.ts';
import { type ConfigWithChannels, channelSection } from '../channel-section.ts';
import { ChannelError } from '../errors.ts';
import { parseTarget } from '../targets.ts';

type Actions = NonNullable<ChannelPlugin['actions']>;
type ActionContext = Parameters<NonNullable<Actions['handleAction']>>[0];

/** What the agent's `message` tool, and `openclaw message`, may do with a message that was said. */
const changes = ['react', 'edit', 'delete'] as const;
type Change = (typeof changes)[number];

const isChange = (action: string): action is Change => changes.some((change) => change === action);

/** Reactions, edits and deletions by the agent. Messages and polls go through the message adapter. */
export function createActions(agentOf: (accountId: string) => Agent | undefined): Actions {
  async function change({ action, params, cfg, accountId, toolContext }: ActionContext, kind: Change) {
    const id = accountId ?? preferredAccountId(channelSection(cfg as ConfigWithChannels));
    const agent = agentOf(id);
    if (!agent?.connected) {
      throw new ChannelError('offline', `The agent ${id} is not connected to its relay`);
    }
    const { conversation } = parseTarget(text(params, 'to', 'target') ?? toolContext?.currentChannelId ?? '');
    const target = text(params, 'messageId') ?? text({ id: toolContext?.currentMessageId }, 'id');
    if (target === undefined) throw new ChannelError('bad_target', `${action} needs messageId`);
    const content = contentOf(kind, params);
    const reply = { react: 'reaction', edit: 'edit', delete: 'delete' } as const;
    const message = await agent.message({ conversation, content, target, kind: reply[kind] });
    const details = { ok: true, messageId: message, target };
    return { content: [{ type: 'text' as const, text: JSON.stringify(details) }], details };
  }

  return {
    describeMessageTool: () => ({
      actions: ['send', 'poll', ...changes],
      capabilities: ['presentation'],
    }),
    supportsAction: ({ action }) => isChange(action),
    // The connection lives in the Gateway, not in the command line. A poll gets there by its own method.
    resolveExecutionMode: ({ action }) => (action === 'poll' ? 'local' : 'gateway'),
    async handleAction(context) {
      if (isChange(context.action)) return change(context, context.action);
      throw new ChannelError('bad_target', `This channel has no action ${context.action}`);
    },
  };
}

function contentOf(kind: Change, params: Readonly<Record<string, unknown>>): string {
  switch (kind) {
    case 'delete':
      return '';
    case 'react':
      return text(params, 'emoji') ?? '';
    case 'edit': {
      const content = text(params, 'message', 'text', 'content');
      if (content === undefined) throw new ChannelError('bad_target', 'edit needs message');
      return content;
    }
  }
}

const text = (params: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined =>
  names
    .map((name) => params[name])
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map(String)
    .find((value) => value !== '');
