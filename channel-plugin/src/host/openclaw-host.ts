import { readAgentRunTerminalOutcome } from 'openclaw/plugin-sdk/channel-inbound';
import { createChannelPairingController } from 'openclaw/plugin-sdk/channel-pairing';
import { getAgentScopedMediaLocalRoots } from 'openclaw/plugin-sdk/media-runtime';
import { type Account, resolveAccount } from '../accounts.ts';
import type { AttachedFiles } from '../attached-files.ts';
import { channelId } from '../channel-id.ts';
import { channelSection } from '../channel-section.ts';
import { messageOf } from '../errors.ts';
import type { Admission, Host, NotedEvent, Question, RunListener, RunResult } from '../host-port.ts';
import type { Log } from '../log.ts';
import { mentionsName } from '../mention.ts';
import { sessionKey } from '../session-key.ts';
import { formatTarget, isListable, normalizeParticipant } from '../targets.ts';
import { answerOf, join } from './answer.ts';
import { commandCatalogue } from './commands.ts';
import { type Ingress, resolveIngress } from './ingress.ts';
import { takeIn, withAttachments } from './media.ts';
import { progressCallbacks } from './progress.ts';
import { createRunWatch } from './run-watch.ts';
import { getRuntime } from './runtime.ts';

const typingIntervalMs = 4000;

/** Access control, sessions and runs, as OpenClaw does them. */
export function createOpenClawHost(log: Log): Host {
  const runtime = getRuntime();
  const { inbound, routing, commands, mentions } = runtime.channel;
  const config = () => runtime.config.current() as Parameters<typeof routing.resolveAgentRoute>[0]['cfg'];

  async function admit(question: Question): Promise<Admission> {
    const { accountId, kind, conversation, source, content, id } = question;
    const cfg = config();
    const account = resolveAccount(channelSection(cfg), accountId);
    const { agentId } = routing.resolveAgentRoute({
      cfg,
      channel: channelId,
      accountId,
      peer: { kind, id: kind === 'direct' ? source : conversation },
      dmScope,
    });
    const session = sessionKey(agentId, accountId, question);
    const pairing = createChannelPairingController({ core: runtime, channel: channelId, accountId });
    const hasControlCommand = commands.shouldComputeCommandAuthorized(content, cfg);
    const canDetectMention = kind === 'group';
    const wasMentioned =
      canDetectMention &&
      (mentionsName(content, account.name) ||
        mentions.matchesMentionPatterns(content, mentions.buildMentionRegexes(cfg, agentId)));

    const ingress = await resolveIngress({
      channelId,
      accountId,
      cfg,
      identity: {
        key: 'participant',
        normalizeEntry: normalizeParticipant,
        normalizeSubject: (subject) => subject,
        isWildcardEntry: (entry) => entry.trim() === '*',
        entryIdPrefix: channelId,
      },
      subject: { stableId: source },
      conversation: { kind, id: conversation },
      contextBinding: { agentId, sessionKey: session, messageId: id, inboundEventKind: 'user_request' },
      event: { kind: 'message', authMode: 'inbound', mayPair: kind === 'direct' },
      allowFrom: [...account.allowFrom],
      groupAllowFrom: account.groupAllowFrom ? [...account.groupAllowFrom] : null,
      groupAllowFromFallbackToAllowFrom: true,
      dmPolicy: account.dmPolicy,
      groupPolicy: account.groupPolicy,
      readStoreAllowFrom: () => pairing.readAllowFromStore(),
      mentionFacts: { canDetectMention, wasMentioned },
      policy: {
        activation: {
          requireMention: kind === 'group' && account.requireMention,
          allowTextCommands: true,
        },
      },
      command: hasControlCommand && { allowTextCommands: true, hasControlCommand },
    });

    switch (ingress.ingress.admission) {
      case 'dispatch':
        return {
          status: 'admitted',
          session,
          run: (listener, attached) =>
            run({
              attached,
              question,
              account,
              agentId,
              session,
              ingress,
              cfg,
              listener,
              wasMentioned,
              canDetectMention,
            }),
        };
      case 'pairing-required':
        // Approving it would let in somebody else.
        if (!isListable(source)) return { status: 'refused', reason: 'participant_id_cannot_be_listed' };
        return { status: 'pairing', challenge: () => challenge(pairing, question) };
      case 'skip':
        return { status: 'ignored', reason: ingress.ingress.reasonCode };
      default:
        return { status: 'refused', reason: ingress.ingress.reasonCode };
    }
  }

  async function challenge(
    pairing: ReturnType<typeof createChannelPairingController>,
    { source, senderName }: Question,
  ): Promise<string | undefined> {
    let text: string | undefined;
    await pairing.issueChallenge({
      senderId: source,
      senderIdLine: `Your participant id: ${source}`,
      meta: { name: senderName },
      sendPairingReply: async (reply) => {
        text = reply;
      },
    });
    return text;
  }

  interface Run {
    readonly question: Question;
    readonly account: Account;
    readonly agentId: string;
    readonly session: string;
    readonly ingress: Ingress;
    readonly cfg: ReturnType<typeof config>;
    readonly listener: RunListener;
    readonly attached: AttachedFiles;
    readonly canDetectMention: boolean;
    readonly wasMentioned: boolean;
  }

  async function run({
    question,
    account,
    agentId,
    session,
    ingress,
    cfg,
    listener,
    attached,
    ...facts
  }: Run): Promise<RunResult> {
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

  function note(event: NotedEvent, text: string): void {
    const cfg = config();
    const { accountId, kind, conversation, source, id } = event;
    const peer = { kind, id: kind === 'direct' ? source : conversation };
    const { agentId } = routing.resolveAgentRoute({ cfg, channel: channelId, accountId, peer, dmScope });
    runtime.system.enqueueSystemEvent(text, {
      sessionKey: sessionKey(agentId, accountId, event),
      contextKey: `${channelId}:${id}`,
    });
  }

  return {
    ...createRunWatch(runtime, log),
    admit,
    note,
    commands: () => commandCatalogue(config()),
    isCommand: (content) => commands.isControlCommandMessage(content, config()),
  };
}

/** Sessions are the channel's own (session-key.ts); this tells OpenClaw what they amount to. */
const dmScope = 'per-account-channel-peer';

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
