import type { ClientStatus, Message } from '@websocket-channel/sdk-client';
import { type Ref, watch } from 'vue';
import { markdownToText } from '../markdown.ts';
import { useAnnouncer } from './useAnnouncer.ts';
import { useLocale } from './useLocale.ts';

// Clocks of agent and reader differ; what is older than this when the page opens is history, which nobody reads aloud.
const CLOCK_TOLERANCE_MS = 30_000;

interface Told {
  readonly status: ClientStatus;
  readonly agent: { readonly online: boolean; readonly name?: string } | undefined;
  readonly messages: readonly Message[];
}

/** Tells a screen reader of whole messages from others and of changes of the connection and the agent. */
export function useAnnouncements(view: Readonly<Ref<Told>>): void {
  const { t } = useLocale();
  const { announce } = useAnnouncer();
  const known = new Set<string>();
  const since = Date.now() - CLOCK_TOLERANCE_MS;

  watch(
    () => view.value.messages,
    (messages) => {
      for (const message of messages) {
        if (message.own && message.state === 'failed' && !known.has(message.id)) {
          known.add(message.id);
          if (message.timestamp >= since) announce(`${t.value.delivery.failed}: ${message.content}`);
        }
        if (message.own || message.streaming || known.has(message.id)) continue;
        known.add(message.id);
        if (message.timestamp < since || message.kind === 'tool') continue;
        const speaker = message.role === 'agent' ? (view.value.agent?.name ?? t.value.agent) : message.source;
        announce(`${speaker}: ${markdownToText(message.content)}`);
      }
    },
  );
  watch(
    () => view.value.status.state,
    (state) => announce(`${t.value.connection}: ${t.value.connectionStates[state]}`),
  );
  watch(
    () => view.value.agent?.online,
    (online, before) => {
      if (online === undefined || before === undefined) return;
      announce(`${t.value.agent}: ${online ? t.value.agentOnline : t.value.agentOffline}`);
    },
  );
}
