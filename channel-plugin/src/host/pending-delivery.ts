import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { channelId } from '../channel-id.ts';

/** OpenClaw's sessions. */
export type Sessions = PluginRuntime['agent']['session'];

/** A session, where there is one. */
export type Session = ReturnType<Sessions['getSessionEntry']>;

type KnownSession = NonNullable<Session>;

/** Whether an answer of before a restart is on its way by itself, so that no run goes on for it. */
export function isAnswerQueued(session: Session): boolean {
  const { pendingFinalDelivery, status, abortedLastRun } = session ?? {};
  return pendingFinalDelivery !== undefined && (status !== 'running' || abortedLastRun === true);
}

/** Takes over what a run that a restart cut off was about to say, where it is text alone and nothing of it was sent. */
export async function claimAnswer(sessions: Sessions, sessionKey: string): Promise<string | undefined> {
  let text: string | undefined;
  await patch(sessions, sessionKey, (session) => {
    const pending = unsent(session);
    if (pending === undefined) return null;
    text = pending.text;
    // OpenClaw sends nothing of which it reads this.
    const deliveries = pending.deliveries.map(({ id }) => ({ id, state: 'delivered' as const }));
    return { pendingFinalDelivery: { ...pending, deliveries } };
  });
  return text;
}

function unsent({ abortedLastRun, pendingFinalDelivery: pending }: KnownSession) {
  const { deliveries = [] } = pending ?? {};
  const isUnsent = deliveries.length > 0 && deliveries.every(({ state }) => state === 'prepared');
  if (abortedLastRun !== true || pending?.kind !== 'replayable' || !isUnsent) return undefined;
  return /^\s*MEDIA:/im.test(pending.text) ? undefined : { ...pending, deliveries };
}

/**
 * Settles OpenClaw's doubt whether its last answer arrived, which it has where the Gateway died before it noted that, and
 * would otherwise tell with the next question. The channel has none: it keeps an answer until the relay has it, also beyond
 * a crash, and a turn whose answer is lost ends as `failed`.
 */
export async function settleDoubt(sessions: Sessions, sessionKey: string): Promise<void> {
  const settle = async (): Promise<void> => {
    if (!isOwed(sessions.getSessionEntry({ sessionKey, readConsistency: 'latest' }))) return;
    await patch(sessions, sessionKey, (session) =>
      isOwed(session)
        ? { pendingDeliveryNotice: { ...session.pendingDeliveryNotice, state: 'acknowledged' } }
        : null,
    );
  };
  // OpenClaw gives up what is asked of its database while it checks that, seconds after a start; the next time it answers.
  await settle().catch(settle);
}

type Owing = KnownSession & Required<Pick<KnownSession, 'pendingDeliveryNotice'>>;

const isOwed = (session: Session): session is Owing =>
  session?.pendingDeliveryNotice?.state === 'owed' &&
  session.pendingDeliveryNotice.context.channel === channelId;

async function patch(
  sessions: Sessions,
  sessionKey: string,
  update: (session: KnownSession) => Partial<KnownSession> | null,
): Promise<void> {
  await sessions.patchSessionEntry({
    sessionKey,
    readConsistency: 'latest',
    preserveActivity: true,
    update,
  });
}
