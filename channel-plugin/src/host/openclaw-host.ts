import { createChannelPairingController } from 'openclaw/plugin-sdk/channel-pairing';
import { resolveAccount } from '../accounts.ts';
import { channelId } from '../channel-id.ts';
import { channelSection } from '../channel-section.ts';
import type { Admission, Host, NotedEvent, Question } from '../host-port.ts';
import type { Log } from '../log.ts';
import { mentionsName } from '../mention.ts';
import { sessionKey } from '../session-key.ts';
import { isListable, normalizeParticipant } from '../targets.ts';
import { commandCatalogue } from './commands.ts';
import { type Config, dispatch, dmScope } from './dispatch.ts';
import { resolveIngress } from './ingress.ts';
import { createRunWatch } from './run-watch.ts';
import { getRuntime } from './runtime.ts';

/** Access control, sessions and runs, as OpenClaw does them. */
export function createOpenClawHost(log: Log): Host {
  const runtime = getRuntime();
  const { inbound, routing, commands, mentions } = runtime.channel;
  const config = () => runtime.config.current() as Config;

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
            dispatch({
              inbound,
              sessions: runtime.agent.session,
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
              log,
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
