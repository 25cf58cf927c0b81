/** `npm run screenshot`: starts the full chain with the offline stand-in, chats in Chromium, writes docs/screenshot.png. */
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../e2e/src/browser.ts';
import { openChat } from '../e2e/src/chat-page.ts';
import { startChain } from '../examples/full-chain/src/chain.ts';
import { createProgress } from '../examples/full-chain/src/progress.ts';

const file = fileURLToPath(new URL('../docs/screenshot.png', import.meta.url));

const chain = await startChain({ progress: createProgress() });
const browser = await launchBrowser();
try {
  await chain.gateway.warmUp();
  const context = await browser.newContext({
    locale: 'en',
    colorScheme: 'light',
    viewport: { width: 1280, height: 760 },
    deviceScaleFactor: 1.5,
  });
  const chat = await openChat(await context.newPage(), chain.urls.page);
  await chat.untilOnline();
  await chat.page.getByTestId('traffic-toggle').click();
  await chat.send('你好，请介绍一下自己');
  await chat.lastReply(/\S/);
  await chat.page.getByTestId('turn-indicator').waitFor({ state: 'detached' });
  await chat.page.screenshot({ path: file, animations: 'disabled' });
  console.log(`Written: ${file}`);
} finally {
  await browser.close();
  await chain.stop();
}
