import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@websocket-channel/example-full-chain/free-port';
import { type PageServer, startPageServer } from '@websocket-channel/example-full-chain/page-server';
import { type Relay, startRelay } from '@websocket-channel/example-full-chain/relay';
import { pageFolder } from '@websocket-channel/example-full-chain/repository';
import { limits } from '@websocket-channel/protocol';
import { createClient } from '@websocket-channel/sdk-client';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { killBrowserOf, launchBrowser, launchWithProfile } from '../src/browser.ts';
import { type ChatPage, openChat } from '../src/chat-page.ts';
import { type EchoAgent, endless, startEchoAgent, thoughtful } from '../src/echo-agent.ts';

const agentToken = 'a token that only the agent knows';

let folder: string;
let relay: Relay;
let agent: EchoAgent;
let server: PageServer;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-page-'));
  const port = await freePort();
  relay = await startRelay({
    origins: [`http://127.0.0.1:${port}`],
    agentToken,
    store: join(folder, 'relay.db'),
    logFile: join(folder, 'relay.log'),
  });
  const model = { label: 'echo', standIn: true };
  [server, browser] = await Promise.all([
    startPageServer({ folder: pageFolder, port, config: { relayUrl: relay.url, model } }),
    launchBrowser(),
  ]);
  agent = startEchoAgent(relay.agentUrl, agentToken);
  await agent.online();
});

afterAll(async () => {
  agent?.stop();
  await browser?.close();
  await server?.close();
  await relay?.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
});

afterEach(async () => {
  await context.close();
  if (isDown) await bringRelayBack();
});

async function openTab(within = context): Promise<ChatPage & { readonly sent: string[] }> {
  const page = await within.newPage();
  const sent: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      if (frame.type === 'event') sent.push(frame.content);
    }),
  );
  return { ...(await openChat(page, server.url)), sent };
}

const own = (page: Page): Locator => page.locator('[data-testid="message"][data-own="true"]');

const states = (page: Page): Promise<string[]> =>
  own(page).evaluateAll((items) =>
    items.map(
      (item) => `${item.querySelector('.bubble')?.textContent?.trim()} ${item.getAttribute('data-state')}`,
    ),
  );

const untilStates = (page: Page, expected: readonly string[]) =>
  expect.poll(() => states(page)).toEqual(expected);

/** How many entries the page keeps in its database. */
const kept = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('websocket-channel');
        opening.onerror = () => reject(opening.error);
        // A database that is not there is not made.
        opening.onupgradeneeded = () => opening.transaction?.abort();
        opening.onsuccess = () => {
          const counting = opening.result.transaction('outbox').objectStore('outbox').count();
          counting.onsuccess = () => {
            opening.result.close();
            resolve(counting.result);
          };
        };
      }),
  );

let isDown = false;

async function takeRelayDown(page: Page): Promise<void> {
  isDown = true;
  await relay.kill();
  await page.locator('[data-testid="status-connection"]:not([data-state="online"])').waitFor();
}

async function bringRelayBack(): Promise<void> {
  await relay.restart();
  isDown = false;
}

describe('the page', () => {
  it('lists the commands of the agent, narrows them down, and takes one by the keyboard', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    const field = tab.page.getByTestId('composer-input');
    const options = tab.page.getByTestId('command-list').getByRole('option');
    await field.press('/');
    await expect.poll(() => options.allInnerTexts()).toHaveLength(3);
    await field.press('s');
    await expect.poll(() => options.allInnerTexts()).toHaveLength(2);
    await field.press('ArrowDown');
    const active = await field.getAttribute('aria-activedescendant');
    expect(await tab.page.locator(`#${active}`).innerText()).toContain('/stop');
    await field.press('Enter');
    expect(await field.inputValue()).toBe('/stop');
    expect(tab.sent).toEqual([]);
    await field.press('Enter');
    await expect.poll(() => tab.sent).toEqual(['/stop']);
    await field.fill('/m');
    await options.getByText('/model').click();
    expect(await field.inputValue()).toBe('/model ');
  });

  it('shows what the agent does for a turn, folded until somebody looks', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    await tab.send(`${thoughtful} words`);
    const progress = tab.page.getByTestId('turn-progress');
    await progress.waitFor();
    expect(await progress.getByText('It is to be repeated.').isVisible()).toBe(false);
    await progress.locator('summary').click();
    await progress.getByText('It is to be repeated.').waitFor({ state: 'visible' });
    expect(await progress.locator('[data-kind="tool"]').innerText()).toContain('echo');
  });
});

describe('what waits for the relay', () => {
  it('is there after a reload, and is sent once when the relay is back', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    await takeRelayDown(tab.page);
    await tab.send('first of a reload');
    await tab.send('second of a reload');
    await untilStates(tab.page, ['first of a reload queued', 'second of a reload queued']);
    expect(await own(tab.page).first().innerText()).toContain('Waiting to be sent');
    await tab.page.reload();
    await untilStates(tab.page, ['first of a reload queued', 'second of a reload queued']);
    await bringRelayBack();
    await untilStates(tab.page, ['first of a reload answered', 'second of a reload answered']);
    expect(agent.answered.get('first of a reload')).toBe(1);
    expect(agent.answered.get('second of a reload')).toBe(1);
    await expect.poll(() => kept(tab.page)).toBe(0);
  });

  it('is there after the whole browser was killed, and is sent once by the next one', async () => {
    const profile = join(folder, 'profile');
    const first = await launchWithProfile(profile);
    await (await openTab(first)).untilOnline();
    // An orderly end writes down who the person is, which Chromium takes its time for.
    await first.close();

    const second = await launchWithProfile(profile);
    const { page, untilOnline, send } = await openTab(second);
    await untilOnline();
    await takeRelayDown(page);
    await send('said before the browser died');
    await untilStates(page, ['said before the browser died queued']);
    await expect.poll(() => kept(page)).toBe(1);
    const dead = second.waitForEvent('close');
    await killBrowserOf(profile);
    await dead;

    const third = await launchWithProfile(profile);
    try {
      const tab = await openTab(third);
      await untilStates(tab.page, ['said before the browser died queued']);
      await bringRelayBack();
      await untilStates(tab.page, ['said before the browser died answered']);
      expect(tab.sent).toEqual(['said before the browser died']);
      expect(agent.answered.get('said before the browser died')).toBe(1);
      await expect.poll(() => kept(tab.page)).toBe(0);
    } finally {
      await third.close();
    }
  });

  it('and is refused for good is there as failed after a reload, until the person discards it', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    const tooLong = 'x'.repeat(limits.contentLength + 1);
    await tab.send(tooLong);
    await untilStates(tab.page, [`${tooLong} failed`]);
    await tab.page.reload();
    await untilStates(tab.page, [`${tooLong} failed`]);
    expect(await own(tab.page).innerText()).toContain('maxLength');
    await tab.page.getByTestId('discard').click();
    await untilStates(tab.page, []);
    await expect.poll(() => kept(tab.page)).toBe(0);
    await tab.page.reload();
    await tab.untilOnline();
    await tab.send('short enough');
    await untilStates(tab.page, ['short enough answered']);
  });

  it('is sent by one of two tabs, and shown by both', async () => {
    const [here, there] = [await openTab(), await openTab()];
    await Promise.all([here.untilOnline(), there.untilOnline()]);
    await here.send('said here');
    await there.send('said there');
    for (const { page } of [here, there]) {
      await expect
        .poll(async () => (await states(page)).toSorted())
        .toEqual(['said here answered', 'said there answered']);
    }
    await expect.poll(() => [...here.sent, ...there.sent].toSorted()).toEqual(['said here', 'said there']);
    expect(agent.answered.get('said there')).toBe(1);
  });

  it('is taken over from a tab that dies while it sends', async () => {
    const [dying, staying] = [await openTab(), await openTab()];
    await dying.untilOnline();
    await dying.send('the first to lead');
    await untilStates(staying.page, ['the first to lead answered']);
    await expect.poll(() => [...dying.sent, ...staying.sent]).toEqual(['the first to lead']);
    const [leading, other] = dying.sent.length > 0 ? [dying, staying] : [staying, dying];
    // Before the relay stands still: its clients take it for dead after a while.
    const session = await context.newCDPSession(leading.page);
    process.kill(relay.pid, 'SIGSTOP');
    try {
      await leading.send('said before it died');
      await expect.poll(() => leading.sent).toContain('said before it died');
      await untilStates(other.page, ['the first to lead answered', 'said before it died sent']);
      const crashed = leading.page.waitForEvent('crash');
      void session.send('Page.crash').catch(() => {});
      await crashed;
      await expect.poll(() => other.sent).toContain('said before it died');
    } finally {
      process.kill(relay.pid, 'SIGCONT');
    }
    await untilStates(other.page, ['the first to lead answered', 'said before it died answered']);
    expect(agent.answered.get('said before it died')).toBe(1);
  });

  it('goes on in memory where the browser refuses its database, and the page says so', async () => {
    await context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The user denied permission to access the database', 'SecurityError');
      };
    });
    const tab = await openTab();
    await tab.untilOnline();
    await takeRelayDown(tab.page);
    await tab.send('kept in memory');
    await tab.page.locator('[data-testid="notice"][data-forgetful="true"]').waitFor();
    expect(await tab.page.getByTestId('notice').innerText()).toContain('not stored in this browser');
    await bringRelayBack();
    await untilStates(tab.page, ['kept in memory answered']);
    expect(agent.answered.get('kept in memory')).toBe(1);
  });

  it('is stored again when the person clears the data of the site', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    await takeRelayDown(tab.page);
    await tab.send('not to be wiped');
    await expect.poll(() => kept(tab.page)).toBe(1);
    const session = await context.newCDPSession(tab.page);
    const origin = new URL(server.url).origin;
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    await expect.poll(() => kept(tab.page).catch(() => 0)).toBe(1);
    await tab.page.reload();
    await untilStates(tab.page, ['not to be wiped queued']);
    await bringRelayBack();
    await untilStates(tab.page, ['not to be wiped answered']);
    expect(agent.answered.get('not to be wiped')).toBe(1);
  });

  it('is not sent by the next person at the same browser', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    await takeRelayDown(tab.page);
    await tab.send('of the first person');
    await expect.poll(() => kept(tab.page)).toBe(1);
    const name = await tab.page.evaluate(() => localStorage.getItem('websocket-channel.guest') ?? '');
    await tab.page.evaluate(() => localStorage.setItem('websocket-channel.guest', 'second-person'));
    await tab.page.reload();
    await bringRelayBack();
    await tab.untilOnline();
    await tab.send('of the second person');
    await untilStates(tab.page, ['of the second person answered']);
    expect(agent.answered.get('of the first person')).toBeUndefined();
    await tab.page.evaluate((guest) => localStorage.setItem('websocket-channel.guest', guest), name);
    await tab.page.reload();
    await untilStates(tab.page, ['of the first person answered']);
  });
});

describe('a turn', () => {
  it('is stopped after a reload, and from another tab', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    for (const [index, stopAt] of [tab, await openTab()].entries()) {
      const question = `${endless} ${stopAt === tab ? 'reload' : 'tab'}`;
      await tab.send(question);
      await tab.replies.nth(index).filter({ hasText: 'word word' }).waitFor();
      await tab.page.reload();
      await stopAt.stop();
      await tab.page.getByTestId('stop-button').waitFor({ state: 'detached' });
      const asked = own(tab.page).filter({ hasText: question });
      await expect.poll(async () => (await asked.getAttribute('data-state')) ?? '').toBe('answered');
      await asked.filter({ hasText: 'Stopped' }).waitFor();
    }
  });
});

/** Until the list has come to its end, and the page knows it: a browser tells of scrolling with its next frame. */
const untilAtEnd = (viewport: Locator): Promise<void> =>
  viewport.evaluate(async (element) => {
    const isAtEnd = () => element.scrollHeight - element.clientHeight - element.scrollTop <= 1;
    for (let frames = 0; frames < 2; frames = isAtEnd() ? frames + 1 : 0)
      await new Promise((resolve) => requestAnimationFrame(resolve));
  });

describe('the past', () => {
  it('comes in pages, when the reader scrolls up and by a button, and stays in its place', async () => {
    const tab = await openTab();
    await tab.untilOnline();
    const source = await tab.page.evaluate(() => localStorage.getItem('websocket-channel.guest') ?? '');
    const other = createClient({ url: relay.url, source });
    await other.connect();
    const questions = Array.from({ length: 40 }, (_, i) => `question ${i}`);
    for (const question of questions) await other.send(question).ended;
    other.close();
    await tab.page.reload();
    await tab.untilOnline();
    await own(tab.page).filter({ hasText: 'question 39' }).waitFor();
    const first = await own(tab.page).count();
    expect(first).toBeLessThan(40);

    const viewport = tab.page.locator('.viewport');
    await untilAtEnd(viewport);
    await viewport.evaluate((element) => element.scrollTo({ top: 10 }));
    await expect.poll(() => own(tab.page).count()).toBeGreaterThan(first);
    expect(await viewport.evaluate((element) => element.scrollTop)).toBeGreaterThan(100);

    const button = tab.page.getByTestId('earlier-button');
    // A click of the mouse would scroll, and load by that.
    await button.dispatchEvent('click');
    await expect.poll(() => own(tab.page).count()).toBe(40);
    await button.waitFor({ state: 'detached' });
    const texts = (await states(tab.page)).map((state) => state.replace(/ \w+$/, ''));
    expect(texts).toEqual(questions);
  });
});
