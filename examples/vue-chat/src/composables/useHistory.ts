import type { Conversation } from '@websocket-channel/sdk-client';
import { createHistory } from '@websocket-channel/sdk-client/history';
import { onScopeDispose, readonly, shallowRef } from 'vue';

const PAGE = 50;

/** How far the past of the conversation is in view. */
export interface Past {
  /** `waiting`: for the relay. `failed`: a page did not come. */
  readonly state: 'waiting' | 'loading' | 'ready' | 'failed';
  /** Whether there is more. */
  readonly more: boolean;
}

/** Loads the past page by page, the last page at once; unless the relay has no `pages` and replays all. */
export function useHistory(conversation: Conversation, pages: boolean) {
  const history = createHistory(conversation);
  const past = shallowRef<Past>({ state: pages ? 'waiting' : 'ready', more: false });

  async function earlier(): Promise<void> {
    if (past.value.state === 'loading') return;
    past.value = { ...past.value, state: 'loading' };
    try {
      past.value = { state: 'ready', more: await history.earlier(PAGE) };
    } catch {
      past.value = { state: 'failed', more: true };
    }
  }

  const stop = conversation.on('attached', ({ recovered }) => {
    if (past.value.state === 'waiting') void earlier();
    // The relay says all that it has.
    else if (recovered === 'reset') past.value = { state: 'ready', more: false };
  });
  onScopeDispose(() => {
    stop();
    history.close();
  });
  return { past: readonly(past), earlier };
}
