import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Step } from '../compat/exercise.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { brokenPromises, changedFiles } from './releases.ts';
import { connectStandInAgent, type StandInAgent } from './stand-in-agent.ts';

const root = join(import.meta.dirname, '..');
const compat = join(root, 'compat');
const relayProgram = join(root, '..', 'sdk-relay', 'dist', 'cli.js');

/** The folders of frozen clients, and one that is made now, by which the mechanism is tried. */
const frozen = readdirSync(compat, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ version: name, folder: join(compat, name) }));
const fresh = mkdtempSync(join(tmpdir(), 'frozen-'));
const clients = [...frozen, { version: '0.0.0-now', folder: join(fresh, '0.0.0-now') }];

const freeze = (version: string): string =>
  execFileSync(process.execPath, [join(root, 'scripts', 'freeze-client.ts'), version, fresh], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

beforeAll(() => void freeze('0.0.0-now'), 60_000);
afterAll(() => rmSync(fresh, { recursive: true }));

/** A program and the lines that it prints. */
interface Running {
  readonly program: ChildProcess;
  readonly lines: Interface;
}

function run(path: string, ...args: string[]): Running {
  const program = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { program, lines: createInterface({ input: program.stdout }) };
}

async function end({ program }: Running): Promise<void> {
  if (program.exitCode !== null) return;
  const exited = once(program, 'exit');
  program.kill();
  await exited;
}

describe.each(clients)('the client of version $version', { timeout: 60_000 }, ({ folder }) => {
  let relay: Running;
  let agent: StandInAgent;
  let network: CuttableProxy;

  beforeEach(async () => {
    relay = run(relayProgram, '--port', '0', '--development', '--log-level', 'error');
    const [line] = (await once(relay.lines, 'line')) as [string];
    const port = Number(/^listening ws:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]);
    agent = await connectStandInAgent(`ws://127.0.0.1:${port}/openclaw`, 'slowly');
    network = await startCuttableProxy(port);
  }, 30_000);
  afterEach(async () => {
    await network.close();
    await agent.close();
    await end(relay);
  });

  test('chats with the relay of today, and comes back with nothing lost or doubled', async () => {
    const client = run(join(folder, 'client.mjs'), network.url);
    const steps: Step[] = [];
    let cutWithin = false;
    for await (const line of client.lines) {
      const step = JSON.parse(line) as Step;
      steps.push(step);
      const answered = steps.filter(({ step: name }) => name === 'answered').length;
      if (step.step === 'cut me off') network.cut();
      if (step.step === 'said offline') network.mend();
      // In the middle of the third answer: its rest comes while nobody listens.
      if (step.step === 'chunk' && answered === 2 && !cutWithin) {
        cutWithin = true;
        network.cut();
        agent.goOn();
      }
      if (step.step === 'lost' && cutWithin) network.mend();
    }
    expect(cutWithin).toBe(true);
    const names = steps.map(({ step }) => step);
    expect(names.filter((name) => name !== 'chunk' && name !== 'lost')).toEqual([
      'connected',
      'answered',
      'cut me off',
      'said offline',
      'answered',
      'answered',
      'messages',
      'closed',
    ]);
    expect(names.filter((name) => name === 'lost').length).toBeGreaterThanOrEqual(2);
    const contents = ['hello', 'from offline', 'slowly'];
    expect(steps.filter(({ step }) => step === 'answered')).toEqual(
      contents.map((content) => ({ step: 'answered', text: `You said: ${content}`, outcome: 'completed' })),
    );
    const [first] = steps.filter(({ step }) => step === 'chunk');
    expect(first).toEqual({ step: 'chunk', text: 'You said: ' });
    expect(steps.find(({ step }) => step === 'messages')).toEqual({
      step: 'messages',
      messages: contents.flatMap((content) => [
        { role: 'participant', content },
        { role: 'agent', content: `You said: ${content}` },
      ]),
    });
  });

  test('is as it was frozen, and its vectors still hold', () => {
    expect(changedFiles(folder)).toEqual([]);
    expect(brokenPromises(folder)).toEqual([]);
  });
});

describe('freezing a client', { timeout: 60_000 }, () => {
  test('takes a version once', () => {
    expect(() => freeze('0.0.0-now')).toThrow('0.0.0-now is released, and never changes again');
  });

  test.each(['', 'v1', 'latest', '../0.1.0'])('takes no version like %j', (version) => {
    expect(() => freeze(version)).toThrow('Name the version');
  });

  test('leaves a client whose change is found out', () => {
    freeze('0.0.0-touched');
    const touched = join(fresh, '0.0.0-touched');
    writeFileSync(join(touched, 'client.mjs'), '');
    expect(changedFiles(touched)).toEqual(['client.mjs']);
  });
});
