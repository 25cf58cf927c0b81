import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chain, startChain } from '@websocket-channel/example-full-chain/chain';
import { pluginFolder } from '@websocket-channel/example-full-chain/repository';
import { type Client, createClient, type Message } from '@websocket-channel/sdk-client';
import { createAttachments } from '@websocket-channel/sdk-client/attachments';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../src/browser.ts';
import { openChat } from '../src/chat-page.ts';
import { solidPng } from '../src/solid-png.ts';

const red = solidPng(16, 16, [220, 30, 30]);

let chain: Chain;
let browser: Browser;
const clients: Client[] = [];

beforeAll(async () => {
  [chain, browser] = await Promise.all([startChain({ pluginSource: pluginFolder }), launchBrowser()]);
  await chain.gateway.warmUp();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await browser?.close();
  await chain?.stop();
});

async function participant(source: string) {
  const options = { url: chain.urls.relay, source };
  const client = createClient(options);
  clients.push(client);
  await client.connect();
  return { client, attachments: createAttachments(client, options) };
}

const requestAbout = (text: string) =>
  chain.standIn!.requests.findLast(({ question }) => question.includes(text));

const replyWith = async (client: Client, fits: (message: Message) => boolean): Promise<Message> => {
  const find = () =>
    client.conversation().messages.find((message) => message.role === 'agent' && fits(message));
  await expect.poll(find).toBeDefined();
  return find()!;
};

describe('attachments through a real Gateway', () => {
  it('bring a picture to the model', async () => {
    const { client, attachments } = await participant('painter');
    const file = new File([red], 'red.png', { type: 'image/png' });
    const attachment = await attachments.upload(file, { conversation: 'painter' });
    await client.send('SAY:I see a picture:END', { attachments: [attachment] }).ended;
    const images = requestAbout('I see a picture')!.images;
    expect(images).toHaveLength(1);
    expect(images[0]).toMatch(/^data:image\/\w+;base64,/);
  });

  it('bring a picture without a word to the model', async () => {
    const { client, attachments } = await participant('silent-painter');
    const file = new File([red], 'red.png', { type: 'image/png' });
    const attachment = await attachments.upload(file, { conversation: 'silent-painter' });
    const before = chain.standIn!.requests.length;
    const { outcome } = await client.send('', { attachments: [attachment] }).ended;
    expect(outcome).toBe('completed');
    expect(chain.standIn!.requests.slice(before).some(({ images }) => images.length === 1)).toBe(true);
  });

  it.each([
    ['its size', (size: number) => ({ size: size + 1 }), /size is not the/],
    ['its type', () => ({ mime: 'image/jpeg' }), /mime says image\/jpeg, and it is image\/png/],
    ['where it is', () => ({ url: '/files/gone' }), /no longer there/],
    ['whose it is', () => ({ url: 'http://127.0.0.1:1/files/x' }), /does not lie at the files of the relay/],
  ])('that lie about %s are told to the model, and the turn goes on', async (what, lie, note) => {
    const source = `liar-${what.replaceAll(' ', '-')}`;
    const { client, attachments } = await participant(source);
    const file = new File([red], 'red.png', { type: 'image/png' });
    const attachment = await attachments.upload(file, { conversation: source });
    const lying = { ...attachment, ...lie(attachment.size) };
    const { outcome } = await client.send(`SAY:about ${what}:END`, { attachments: [lying] }).ended;
    expect(outcome).toBe('completed');
    const request = requestAbout(`about ${what}`)!;
    expect(request.context).toMatch(note);
    expect(request.images).toEqual([]);
  });

  it('bring a file of a reply to the participant, and to nobody else', async () => {
    await writeFile(join(chain.gateway.workspace, 'drawn.png'), red);
    const { client, attachments } = await participant('collector');
    await client.send('SAY:Here it is\nMEDIA:./drawn.png:END').ended;
    const { attachments: [attachment] = [] } = await replyWith(
      client,
      (message) => (message.attachments?.length ?? 0) > 0,
    );
    expect(attachment).toMatchObject({ name: 'drawn.png', mime: 'image/png' });
    const blob = await attachments.download(attachment!);
    expect(Buffer.from(await blob.arrayBuffer())).toEqual(Buffer.from(red));
    const stranger = await participant('stranger');
    await expect(stranger.attachments.download(attachment!)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('come with a message that nobody asked for', async () => {
    const path = join(chain.gateway.workspace, 'sent.png');
    await writeFile(path, red);
    const { client } = await participant('recipient');
    await client.send('SAY:hello:END').ended;
    const sent = await chain.gateway.cli(
      ...['message', 'send', '--channel', 'websocket-channel', '--target', 'user:recipient'],
      ...['--message', 'A picture for you', '--media', path, '--json'],
    );
    expect(sent.code, sent.stderr).toBe(0);
    const message = await replyWith(client, ({ content }) => content === 'A picture for you');
    expect(message).toMatchObject({
      kind: 'message',
      attachments: [{ name: 'sent.png', mime: 'image/png' }],
    });
  });

  it('are picked, sent and shown on the page', async () => {
    const chat = await openChat(
      await (await browser.newContext({ locale: 'en-US' })).newPage(),
      chain.urls.page,
    );
    await chat.untilOnline();
    await chat.page.getByTestId('file-input').setInputFiles([
      { name: 'red.png', mimeType: 'image/png', buffer: Buffer.from(red) },
      { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    ]);
    await chat.page.locator('[data-testid="pending-file"][data-state="ready"]').waitFor();
    await chat.page.locator('[data-testid="pending-file"][data-state="failed"]').waitFor();
    await chat.send('SAY:seen on the page:END');
    await chat.lastReply('seen on the page');
    expect(requestAbout('seen on the page')!.images).toHaveLength(1);
    const own = chat.page.locator('[data-testid="message"][data-own="true"]').last();
    const width = () =>
      own.getByTestId('file-preview').evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(width).toBe(16);
    const download = chat.page.waitForEvent('download');
    await own.getByTestId('file').click();
    expect((await download).suggestedFilename()).toBe('red.png');
    await chat.page.context().close();
  });
});
