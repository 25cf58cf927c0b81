import { readAgentRunTerminalOutcome } from 'openclaw/plugin-sdk/channel-inbound';
import { getAgentScopedMediaLocalRoots } from 'openclaw/plugin-sdk/media-runtime';
import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import type { Account } from '../accounts.ts';
import type { AttachedFiles } from '../attached-files.ts';
import { channelId } from '../channel-id.ts';
import { messageOf } from '../errors.ts';
import type { Question, RunListener, RunResult } from '../host-port.ts';
import type { Log } from '../log.ts';
import { formatTarget } from '../targets.ts';
import { answerOf, join } from './answer.ts';
import type { Ingress } from './ingress.ts';
import { takeIn, withAttachments } from './media.ts';
import { type Sessions, settleDoubt } from './pending-delivery.ts';
import { progressCallbacks } from './progress.ts';

/** OpenClaw's configuration. */
export type Config = Parameters<PluginRuntime['channel']['routing']['resolveAgentRoute']>[0]['cfg'];

/** Sessions are the channel's own (session-key.ts); this tells OpenClaw what they amount to. */
export const dmScope = 'per-account-channel-peer';

const typingIntervalMs = 4000;

/** An admitted question, and what is known of it. */
interface Dispatch extends Pick<PluginRuntime['channel'], 'inbound'> {
  readonly sessions: Sessions;
  readonly question: Question;
  readonly account: Account;
  readonly agentId: string;
  readonly session: string;
  readonly ingress: Ingress;
  readonly cfg: Config;
  readonly listener: RunListener;
  readonly attached: AttachedFiles;
  readonly canDetectMention: boolean;
  readonly wasMentioned: boolean;
  readonly log: Log;
}

/** Hands an admitted question to OpenClaw, and tells the listener what comes of it. */
export async function dispatch({
  inbound,
  sessions,
  question,
  account,
  agentId,
  session,
  ingress,
  cfg,
  listener,
  attached,
  log,
  ...facts
}: Dispatch): Promise<RunResult> {
  const { accountId, kind, conversation, source, senderName, content, id, thread } = question;
  const to = formatTarget(question);
  const { canDetectMention, wasMentioned } = facts;
  const { media, notes } = await takeIn(attached, id, account.mediaMaxBytes);

  const ctxPayload = inbound.buildContext({
    channelIngress: ingress,
    channel: channelId,
    accountId,
    messageId: id,
    timestamp: question.timestamp,
    from: `${channelId}:${to}`,
    sender: { id: source, ...(senderName !== undefined && { name: senderName }) },
    conversation: {
      kind,
      id: conversation,
      label: conversation,
      ...(thread !== undefined && { threadId: thread }),
    },
    route: { agentId, dmScope, accountId, routeSessionKey: session },
    reply: {
      to,
      originatingTo: to,
      ...(question.replyTo !== undefined && { replyToId: question.replyTo }),
      ...(thread !== undefined && { messageThreadId: thread }),
    },
    message: {
      body: content,
      rawBody: content,
      bodyForAgent: join([content, ...notes]),
      commandBody: content,
    },
    media,
    access: {
      commands: { authorized: ingress.commandAccess.authorized },
      mentions: { canDetectMention, wasMentioned },
    },
  });

  let started = false;
  const result = await inbound.dispatch({
    cfg,
    channel: channelId,
    accountId,
    route: { agentId, dmScope, sessionKey: session },
    ctxPayload,
    messageId: id,
    replyPipeline: {
      typing: {
        start: async () => listener.onTyping(true),
        stop: async () => listener.onTyping(false),
        onStartError: () => {},
        keepaliveIntervalMs: typingIntervalMs,
      },
    },
    turnAdoptionLifecycle: {
      admission: 'cancel-only',
      abortSignal: listener.signal,
      onAdopted: () => listener.onAdopted(),
      onDeferred: () => listener.onDeferred(),
      onSettled: () => listener.onSettled(),
    },
    replyOptions: {
      abortSignal: listener.signal,
      disableBlockStreaming: !listener.blocks,
      onAgentRunStart() {
        started = true;
        listener.onStarted();
      },
      onAssistantMessageStart: () => listener.onMessageStart(),
      ...progressCallbacks(listener),
      onPartialReply: ({ text }) => {
        if (text) listener.onPartial(text);
      },
    },
    delivery: {
      observeMessageSent: true,
      async deliver(payload, { kind: lane }) {
        const said = answerOf(payload, lane);
        if (said === undefined) return { visibleReplySent: false };
        const mediaLocalRoots = getAgentScopedMediaLocalRoots(cfg, agentId);
        const source = { mediaLocalRoots, maxBytes: account.mediaMaxBytes };
        const answer = await withAttachments(said, source, (file) => listener.storeFile(file), log);
        return { messageIds: [...listener.onAnswer(answer)], content: answer.content };
      },
      onError: (error, { kind: lane }) => log.error(`A ${lane} reply failed: ${messageOf(error)}`),
    },
    afterRecord: () =>
      settleDoubt(sessions, session).catch((error: unknown) =>
        log.warn(`The agent may doubt that its last answer arrived: ${messageOf(error)}`),
      ),
    record: { onRecordError: (error) => log.warn(`The session record failed: ${messageOf(error)}`) },
  });

  if (!result.dispatched) return { outcome: 'silent', idle: true };
  const { deferredToActiveRun: deferred, ...rest } = result.dispatchResult;
  return {
    outcome: outcomeOf(rest, readAgentRunTerminalOutcome(result.dispatchResult), started),
    idle: !started,
    deferred,
  };
}

/** What OpenClaw tells of a run that is over. */
interface Dispatched {
  readonly queuedFinal: boolean;
  readonly counts: { readonly block: number; readonly final: number };
  readonly deliberateSilentTerminalReply?: boolean;
}

/** A run that began, but of which OpenClaw reports neither an end nor a word, was stopped by a command. */
function outcomeOf(
  { queuedFinal, counts, deliberateSilentTerminalReply }: Dispatched,
  terminal: 'completed' | 'failed' | undefined,
  started: boolean,
): RunResult['outcome'] {
  if (terminal === 'failed') return 'failed';
  if (queuedFinal || counts.final > 0 || counts.block > 0) return 'completed';
  return started && terminal === undefined && !deliberateSilentTerminalReply ? 'aborted' : 'silent';
}
