import { build } from 'esbuild';
import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Program, run } from './program.ts';
import { connectTestAgent, type TestAgent } from './test-agent.ts';

const tokens = { ALICE_TOKEN: 'token-of-alice', AGENT_TOKEN: 'token-of-the-agent' };
let server: Program;
let agent: TestAgent;
let port: string;

beforeAll(async () => {
  server = run('server.ts', [], { ...tokens, PORT: '0' });
  port = (await server.until(/port: (\d+)/))[1] as string;
  agent = await connectTestAgent(`ws://127.0.0.1:${port}/openclaw`, tokens.AGENT_TOKEN);
});

afterAll(async () => {
  agent?.close();
  await server?.stop();
});

function frontend(question: string, TOKEN: string): Program {
  const program = run('frontend.ts', [question], { RELAY: `ws://127.0.0.1:${port}`, TOKEN });
  onTestFinished(() => program.stop());
  return program;
}

test('the frontend prints the reply to its question, and ends', async () => {
  const program = frontend('你好', tokens.ALICE_TOKEN);
  expect(await program.ended).toBe(0);
  expect(program.output).toBe('You asked: 你好');
});

test('the frontend asks from a browser too, on a page of the same server', { timeout: 30_000 }, async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ask } from './frontend.ts'; globalThis.ask = ask;`,
      resolveDir: new URL('..', import.meta.url).pathname,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '', type: 'module' });
    const reply = await page.evaluate(
      async ([url, token]) => {
        let text = '';
        await (globalThis as unknown as typeof import('../frontend.ts')).ask(
          url as string,
          token as string,
          'Who am I?',
          (chunk) => {
            text += chunk;
          },
        );
        return text;
      },
      [`ws://127.0.0.1:${port}`, tokens.ALICE_TOKEN],
    );
    expect(reply).toBe('You asked: Who am I?');
  } finally {
    await browser.close();
  }
});

test('the server refuses a token that it does not know', async () => {
  const program = frontend('Hello?', 'a guess');
  expect(await program.ended).not.toBe(0);
  expect(program.output).toContain('unauthenticated');
  expect(program.output).not.toContain('You asked');
});

test('the server does not start without tokens', async () => {
  const program = run('server.ts', [], { ...tokens, ALICE_TOKEN: '' });
  expect(await program.ended).not.toBe(0);
  expect(program.output).toContain('Set ALICE_TOKEN and AGENT_TOKEN');
});
