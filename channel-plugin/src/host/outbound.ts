import { createHash } from 'node:crypto';
import {
  createMessageReceiptFromOutboundResults,
  defineChannelMessageAdapter,
} from 'openclaw/plugin-sdk/channel-outbound';
import { PlatformMessageNotDispatchedError } from 'openclaw/plugin-sdk/error-runtime';
import type { PollInput } from 'openclaw/plugin-sdk/media-runtime';
import { preferredAccountId, resolveAccount } from '../accounts.ts';
import type { Agent } from '../agent.ts';
import { channelId } from '../channel-id.ts';
import { type ConfigWithChannels, channelSection } from '../channel-section.ts';
import { ChannelError } from '../errors.ts';
import type { FileContent } from '../relay-files.ts';
import { parseTarget } from '../targets.ts';
import { answerOf, type Payload } from './answer.ts';
import { type MediaSource, withAttachments } from './media.ts';

/** What OpenClaw hands over with every message that is not the answer to an event. */
interface Send {
  readonly cfg: ConfigWithChannels;
  readonly to: string;
  readonly accountId?: string | null;
  readonly replyToId?: string | null;
  readonly threadId?: string | number | null;
  readonly deliveryQueueId?: string;
  readonly deliveryPartIndex?: number;
  readonly onPlatformSendDispatch?: () => Promise<void>;
  readonly assertDirectAdapterHandoff?: () => void;
  readonly mediaAccess?: MediaSource['mediaAccess'];
  readonly mediaLocalRoots?: MediaSource['mediaLocalRoots'];
  readonly mediaReadFile?: MediaSource['mediaReadFile'];
}

/** Messages outside any turn: `openclaw message send`, scheduled jobs, answers that a restart delayed. */
export function createMessageAdapter(agentOf: (accountId: string) => Agent | undefined) {
  async function send(context: Send, payload: Payload) {
    const { cfg, to, threadId, replyToId } = context;
    const { conversation } = parseTarget(to);
    const accountId = context.accountId ?? preferredAccountId(channelSection(cfg));
    // OpenClaw sends again what was certainly not sent and waits in its queue: hence the checks before it is told that
    // sending begins. What it does not queue, or would not send again, waits in the outbox of the channel.
    const ready = (): Agent => {
      const agent = agentOf(accountId);
      if (agent && (agent.connected || context.deliveryQueueId === undefined)) return agent;
      const cause = new ChannelError('offline', `The agent ${accountId} is not connected to its relay`);
      throw new PlatformMessageNotDispatchedError(cause.message, { cause });
    };
    const agent = ready();
    const { mediaAccess, mediaLocalRoots, mediaReadFile } = context;
    const { mediaMaxBytes: maxBytes } = resolveAccount(channelSection(cfg), accountId);
    const source = { maxBytes, mediaAccess, mediaLocalRoots, mediaReadFile } as MediaSource;
    const said = answerOf(payload, 'final') ?? { kind: 'final', content: '', media: [] };
    const store = (file: FileContent) => agent.storeFile(conversation, file);
    const queued = context.deliveryQueueId === undefined ? undefined : messageId(context);
    // What OpenClaw hands over again is known, with the files that were stored for it.
    const isKnown = queued !== undefined && agent.hasSent(said.id ?? queued);
    const answer = isKnown ? said : await withAttachments(said, source, store, console);
    const id = answer.id ?? queued;
    const { content, attachments, actions, edits } = answer;
    // The files took their time.
    ready();
    await context.onPlatformSendDispatch?.();
    context.assertDirectAdapterHandoff?.();
    const sent = await agent.message({
      conversation,
      content,
      ...(attachments !== undefined && { attachments }),
      ...(actions !== undefined && { actions }),
      ...(edits !== undefined && { kind: 'edit' as const, target: edits }),
      ...(id !== undefined && { id }),
      ...(threadId != null && { thread: String(threadId) }),
      ...(replyToId != null && { replyTo: replyToId }),
    });
    return {
      messageId: sent,
      receipt: createMessageReceiptFromOutboundResults({
        results: [{ channel: channelId, messageId: sent, conversationId: conversation }],
        kind: 'text',
        ...(threadId != null && { threadId: String(threadId) }),
        ...(replyToId != null && { replyToId }),
      }),
    };
  }

  return defineChannelMessageAdapter({
    id: channelId,
    durableFinal: {
      capabilities: {
        text: true,
        media: true,
        payload: true,
        poll: true,
        replyTo: true,
        thread: true,
        messageSendingHooks: true,
      },
    },
    live: {
      capabilities: { draftPreview: true, previewFinalization: true, nativeStreaming: true },
      finalizer: {
        capabilities: {
          finalEdit: true,
          normalFallback: true,
          previewReceipt: true,
          retainOnAmbiguousFailure: true,
        },
      },
    },
    receive: {
      defaultAckPolicy: 'after_agent_dispatch',
      supportedAckPolicies: ['after_agent_dispatch'],
    },
    send: {
      text: (context) => send(context, { text: context.text }),
      media: (context) => send(context, { text: context.text, mediaUrl: context.mediaUrl }),
      poll: (context: Send & { readonly poll: PollInput }) => send(context, pollPayload(context.poll)),
      payload: (context) => send(context, { mediaUrl: context.mediaUrl, ...context.payload }),
    },
  });
}

/** The same part of the same queued message has the same id, so that a repetition is recognised. */
const messageId = ({ deliveryQueueId, deliveryPartIndex = 0 }: Send): string =>
  createHash('sha256')
    .update(JSON.stringify([deliveryQueueId, deliveryPartIndex]))
    .digest('base64url');

/** A poll is a question with a button for each option: whoever presses one says it. */
const pollPayload = ({ question, options }: PollInput): Payload => ({
  text: question,
  presentation: {
    blocks: [{ type: 'buttons', buttons: options.map((label) => ({ label, value: label })) }],
  },
});
