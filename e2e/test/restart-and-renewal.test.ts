import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Relay, startRelay } from '@websocket-channel/example-full-chain/relay';
import { createClient } from '@websocket-channel/sdk-client';
import { createRelay } from '@websocket-channel/sdk-relay';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoAgent, endless, startEchoAgent } from '../src/echo-agent.ts';

const agentToken = 'a token that only the agent knows';

let folder: string;
let relay: Relay;
let agent: EchoAgent;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restart-'));
  relay = await startRelay({ origins: [], agentToken, logFile: join(folder, 'relay.log') });
  agent = startEchoAgent(relay.agentUrl, agentToken);
  await agent.online();
});

afterAll(async () => {
  agent?.stop();
  await relay?.stop();
  await rm(folder, { recursive: true });
});

/** Sends what it is told, shows what becomes of each message, and never ends by itself. */
const program = `
  import { createClient } from '@websocket-channel/sdk-client';
  import { createFileOutbox } from '@websocket-channel/sdk-client/file';
  const [url, path, ...contents] = process.argv.slice(1);
  const outbox = createFileOutbox({ path, participant: 'petra', onDurability: (kept) => console.log(kept) });
  const client = createClient({ url, source: 'petra', outbox, backoff: { minMs: 10, maxMs: 100 } });
  const conversation = client.conversation();
  conversation.subscribe(() => {
    for (const { own, content, state } of conversation.messages) if (own) console.log(content, state);
  });
  for (const content of contents) client.send(content);
  client.connect().catch(console.error);
  setInterval(() => {}, 1000);
`;

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...args], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('what a process that is killed did not get through is sent once by the next one', async () => {
  const path = join(folder, 'outbox.json');
  await relay.kill();
  const first = run(relay.url, path, 'before the kill', 'and one more');
  try {
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('and one more');
    await expect.poll(() => first.lines).toContain('before the kill queued');
  } finally {
    await first.kill();
  }
  await relay.restart();
  const second = run(relay.url, path);
  try {
    for (const line of ['before the kill queued', 'before the kill answered', 'and one more answered'])
      await expect.poll(() => second.lines).toContain(line);
    await expect.poll(() => readFile(path, 'utf8')).toBe('{}');
  } finally {
    await second.kill();
  }
  expect(agent.answered.get('before the kill')).toBe(1);
  expect(agent.answered.get('and one more')).toBe(1);
});

test('a client that sees nothing of the past stops a turn that another one began', async () => {
  const options = { url: relay.url, source: 'quentin' };
  const asking = createClient(options);
  await asking.connect();
  asking.send(endless);
  await expect.poll(() => asking.conversation().turns).toHaveLength(1);
  asking.close();
  const late = createClient({ ...options, replay: 'none' });
  try {
    await late.connect();
    await expect.poll(() => late.conversation().turns).toHaveLength(1);
    const [running] = late.conversation().turns;
    expect(late.cancel(running!.id)).toBe(true);
    await expect
      .poll(() => late.conversation().lastTurn)
      .toMatchObject({ id: running!.id, outcome: 'aborted' });
    expect(late.conversation().turns).toEqual([]);
  } finally {
    late.close();
  }
});

describe('a relay whose tokens end', () => {
  test('keeps the connection of a client that fetches fresh ones', async () => {
    const seen: (string | undefined)[] = [];
    const short = createRelay({
      agentTokens: { default: agentToken },
      authenticate: ({ token }) => {
        seen.push(token);
        return { source: 'rosa', expiresAt: Date.now() + 2500 };
      },
    });
    const { port } = await short.listen({ host: '127.0.0.1', port: 0 });
    let tokens = 0;
    const client = createClient({ url: `ws://127.0.0.1:${port}/`, token: () => `token ${++tokens}` });
    const states: string[] = [];
    client.on('status', ({ state }) => states.push(state));
    try {
      await client.connect();
      await expect.poll(() => seen).toContain('token 4');
      expect(states).toEqual(['connecting', 'online']);
      expect(await client.send('after the first token ended').accepted).toMatchObject({ seq: 1 });
    } finally {
      client.close();
      await short.close();
    }
  });
});
