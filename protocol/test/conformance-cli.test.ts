import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quickPrompt, slowPrompt } from './broken/agent/model.ts';
import { defects } from './broken/defects.ts';
import { type ReferenceRelay, startReferenceRelay } from './broken/relay/reference-relay.ts';

const cli = join(import.meta.dirname, '../src/conformance/cli.ts');
const commands = {
  client: new URL('./broken/client/main.ts', import.meta.url).pathname,
  agent: new URL('./broken/agent/main.ts', import.meta.url).pathname,
};
const peer = (name: keyof typeof commands, ...broken: string[]) =>
  [process.execPath, commands[name], ...broken].join(' ');

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [cli, 'conformance', ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', EMPTY: '' },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

async function nextLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error('nothing was said');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.concurrent('the conformance runner as a command', { timeout: 60_000 }, () => {
  let good: ReferenceRelay;
  let bad: ReferenceRelay;
  beforeAll(async () => {
    good = await startReferenceRelay({ has: defects() });
    bad = await startReferenceRelay({ has: defects('R-FRAME-5') });
  });
  afterAll(async () => {
    await good.close();
    await bad.close();
  });

  it('ends with 0 for a relay that conforms', async ({ expect }) => {
    const { code, out, err } = await run(
      'relay',
      '--url',
      good.url,
      '--only',
      'R-FRAME-4, R-FRAME-5,R-HISTORY',
      '--seed',
      '3',
    );
    expect(err).toBe('');
    expect(out).toMatch(
      /^pass {2}R-FRAME-4 \(core\) .*\npass {2}R-FRAME-5 .*\npass {2}R-HISTORY-1 .*\n\nThe relay holds the profile rich: 3 passed, 0 failed, .*--seed 3\)\n$/,
    );
    expect(code).toBe(0);
  });

  it('ends with 1 for a relay that does not, and shows what came', async ({ expect }) => {
    const { code, out } = await run(
      'relay',
      '--url',
      bad.url,
      '--only',
      'R-FRAME-5',
      '--timeout',
      '1000',
      '--format',
      'json',
    );
    const report = JSON.parse(out);
    expect(report).toMatchObject({ subject: 'relay', profile: 'rich', counts: { pass: 0, fail: 1 } });
    const [failure] = report.results[0].evidence;
    expect(failure.expected).toContain('"path":"/timestamp"');
    expect(failure.came).toContain('"code":"invalid"');
    expect(failure.trace.join()).toContain('alice ← {"type":"error"');
    expect(code).toBe(1);
  });

  it('writes JUnit', async ({ expect }) => {
    const { out } = await run(
      'relay',
      '--url',
      bad.url,
      '--only',
      'R-FRAME-5',
      '--timeout',
      '1000',
      '--format',
      'junit',
    );
    expect(out).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuite name="websocket-channel relay rich" tests="1" failures="1"/,
    );
    expect(out).toContain('<failure message="expected {&quot;type&quot;:&quot;error&quot;');
  });

  it.for([
    ['relay'],
    ['relay', '--url', 'nonsense'],
    ['relay', '--url', 'file:///relay'],
    ['relay', '--url', 'ws://127.0.0.1:9'],
    ['relay', '--url', 'ws://127.0.0.1:9', '--only', 'R-TURN-1'],
    ['relay', '--url', 'ws://127.0.0.1:9', '--unknown'],
    ['relay', '--url', 'ws://127.0.0.1:9', '--timeout', 'soon'],
    ['relay', '--url', 'ws://127.0.0.1:9', '--alice-token-env', 'EMPTY'],
    ['relay', '--url', 'ws://127.0.0.1:9', '--profile', 'all'],
    ['agent'],
    ['agent', '--command', 'exit 1', '--start-timeout', '500'],
    ['client'],
    ['client', '--command', 'exit 1'],
    ['client', '--command', 'exec sleep 60', '--return-timeout', '500'],
    ['server'],
  ])('ends with 2 and one line for %j', async (args, { expect }) => {
    const { code, out, err } = await run(...args);
    expect(out).toBe('');
    expect(err).not.toMatch(/^ {4}at /m);
    expect(err).not.toBe('');
    expect(code).toBe(2);
  });

  it.for([
    ['--agent-url must be', 'relay', '--url', 'URL', '--agent-url', 'nonsense'],
    ['There is no process 999999999', 'relay', '--url', 'URL', '--pid', '999999999', '--only', 'R-CLOSE-3'],
    ['listen EADDRINUSE', 'agent', '--listen', 'PORT'],
  ])('ends with 2 and says %s, where a relay is there', async ([message = '', ...args], { expect }) => {
    const known = new Map([
      ['URL', good.url],
      ['PORT', new URL(good.url).port],
    ]);
    const { code, out, err } = await run(...args.map((arg) => known.get(arg) ?? arg));
    expect(err.split('\n')).toEqual([expect.stringContaining(message), '']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it.for(['SIGINT', 'SIGTERM'] as const)(
    'takes what it started with it, ended by %s',
    async (signal, { expect }) => {
      const command = 'echo "$$" >&2; exec sleep 600';
      const child = spawn(process.execPath, [cli, 'conformance', 'client', '--command', command]);
      const started = Number(await nextLine(child.stderr));
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
      expect(child.exitCode).toBeGreaterThan(2);
      await expect.poll(() => isRunning(started)).toBe(false);
    },
  );

  it('lists every requirement with its scenarios', async ({ expect }) => {
    const { code, out } = await run('client', '--list', '--profile', 'core');
    expect(out).toMatch(/^R-REPLY-3 \(core\) Shows a reply of unknown `kind` as text\.\n {4}shows a reply/m);
    expect(out).not.toContain('(reliable)');
    expect(code).toBe(0);
  });

  it('lists what it asks of a relay without being told of one', async ({ expect }) => {
    const { code, out } = await run('relay', '--list', '--profile', 'core');
    expect(out).toMatch(/^R-HELLO-2 \(core\) /m);
    expect(code).toBe(0);
  });

  it('tests a client that it starts', async ({ expect }) => {
    const only = 'R-REPLY-5,R-EVENT-7,R-TURN-4';
    const good = await run('client', '--command', peer('client'), '--only', only);
    expect(good.out).toContain('3 passed, 0 failed');
    expect(good.code).toBe(0);
    const bad = await run(
      'client',
      '--command',
      peer('client', 'R-TURN-4'),
      '--only',
      only,
      '--timeout',
      '2000',
    );
    expect(bad.out).toContain('FAIL  R-TURN-4');
    expect(bad.out).toContain('2 passed, 1 failed');
  });

  it('tests an agent that it starts', async ({ expect }) => {
    const prompts = ['--prompt', quickPrompt, '--slow-prompt', slowPrompt];
    const only = ['--only', 'R-TURN-2,R-CANCEL-2,R-CLOSE-1'];
    const { code, out } = await run('agent', '--command', peer('agent'), ...prompts, ...only);
    expect(out).toContain('3 passed, 0 failed');
    expect(code).toBe(0);
  });
});

it('shows how it is used', async () => {
  const { code, out } = await run('relay', '--help');
  expect(out).toContain('--agent-url');
  expect(code).toBe(0);
});
