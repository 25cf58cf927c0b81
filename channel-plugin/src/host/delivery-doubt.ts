import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { channelId } from '../channel-id.ts';

/** OpenClaw's sessions. */
export type Sessions = PluginRuntime['agent']['session'];

/**
 * Settles OpenClaw's doubt whether its last answer arrived, which it has where the Gateway died before it noted that, and
 * would otherwise tell with the next question. The channel has none: it keeps an answer until the relay has it, also beyond
 * a crash, and a turn whose answer is lost ends as `failed`.
 */
export async function settleDoubt(
  { getSessionEntry, patchSessionEntry }: Sessions,
  sessionKey: string,
): Promise<void> {
  const doubted = { sessionKey, readConsistency: 'latest' as const };
  const settle = async (): Promise<void> => {
    if (!isOwed(getSessionEntry(doubted))) return;
    await patchSessionEntry({
      ...doubted,
      preserveActivity: true,
      update: (entry) =>
        isOwed(entry)
          ? { pendingDeliveryNotice: { ...entry.pendingDeliveryNotice, state: 'acknowledged' } }
          : null,
    });
  };
  // OpenClaw gives up what is asked of its database while it checks that, seconds after a start; the next time it answers.
  await settle().catch(settle);
}

type Session = ReturnType<Sessions['getSessionEntry']>;
type Owing = NonNullable<Session> & Required<Pick<NonNullable<Session>, 'pendingDeliveryNotice'>>;

const isOwed = (entry: Session): entry is Owing =>
  entry?.pendingDeliveryNotice?.state === 'owed' && entry.pendingDeliveryNotice.context.channel === channelId;
