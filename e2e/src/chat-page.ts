import type { Locator, Page } from 'playwright';
import { watchConnection } from './lawfulness.ts';

/** The chat page, by what a person sees and does on it. */
export interface ChatPage {
  readonly page: Page;
  /** Resolves when the page is connected and the agent is there. */
  untilOnline(): Promise<void>;
  send(text: string): Promise<void>;
  stop(): Promise<void>;
  /** The agent's messages, oldest first. */
  readonly replies: Locator;
  /** The last reply, once it no longer streams. */
  lastReply(containing: string | RegExp): Promise<string>;
}

/** How long anything on a page may take, in milliseconds: a Gateway that was killed takes its time. */
const patienceMs = 120_000;

/** Drives the page at `url` in an open tab. What crosses its sockets is watched. */
export async function openChat(page: Page, url: string): Promise<ChatPage> {
  page.on('websocket', (socket) => {
    const watch = watchConnection({ role: 'client' });
    socket.on('framesent', ({ payload }) => watch('client', String(payload)));
    socket.on('framereceived', ({ payload }) => watch('relay', String(payload)));
  });
  page.setDefaultTimeout(patienceMs);
  await page.goto(url);
  const replies = page.locator('[data-testid="message"][data-role="agent"]');
  return {
    page,
    replies,
    async untilOnline() {
      await page.locator('[data-testid="status-connection"][data-state="online"]').waitFor();
      await page.locator('[data-testid="status-agent"][data-online="true"]').waitFor();
    },
    async send(text) {
      await page.getByTestId('composer-input').fill(text);
      await page.getByTestId('send-button').click();
    },
    stop: () => page.getByTestId('stop-button').click(),
    async lastReply(containing) {
      const reply = replies
        .and(page.locator('[data-streaming="false"]'))
        .filter({ hasText: containing })
        .last();
      await reply.waitFor();
      return reply.innerText();
    },
  };
}
