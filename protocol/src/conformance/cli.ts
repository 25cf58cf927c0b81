#!/usr/bin/env node
import { constants } from 'node:os';
import { type ArgDef, type ArgsDef, defineCommand, runCommand, runMain, showUsage } from 'citty';
import type { Profile, Subject } from '../requirements.ts';
import { testAgent } from './agent/run.ts';
import {
  commonArgs,
  integer,
  processId,
  rejectUnknown,
  runOptions,
  secret,
  UsageError,
  webSocketUrl,
} from './cli-options.ts';
import { testClient } from './client/run.ts';
import { list } from './list.ts';
import { Absent } from './peer/absent.ts';
import { killLaunched, launchCommand } from './peer/launch.ts';
import { testRelay, Unreachable } from './relay/run.ts';
import { holds, write } from './report.ts';
import type { Result } from './verdicts.ts';

type Arguments = Parameters<typeof runOptions>[0] & { readonly list: boolean };

/** Tests a subject, writes the report, and sets the exit code. */
async function report(
  subject: Subject,
  args: Arguments,
  test: (options: ReturnType<typeof runOptions>) => Promise<Result[]>,
): Promise<void> {
  const options = runOptions(args);
  if (args.list) return void process.stdout.write(list(subject, options.profile as Profile));
  const since = Date.now();
  const results = await test(options);
  const { profile, seed, format } = options;
  const found = { subject, profile, seed, ms: Date.now() - since, results };
  await new Promise((resolve) => process.stdout.write(write(found, format), resolve));
  process.exitCode = holds(found) ? 0 : 1;
}

const returnTimeout = {
  type: 'string',
  default: '35000',
  description:
    'How long the subject may take to come back, in milliseconds: its longest backoff, and a little',
} satisfies ArgDef;

const relayArgs = {
  ...commonArgs,
  url: { type: 'string', default: '', description: 'Where clients connect', valueHint: 'ws://…' },
  'agent-url': {
    type: 'string',
    description: 'Where agents connect; /openclaw of the same server by default',
  },
  'alice-token-env': {
    type: 'string',
    description: "Variable that holds alice's token; without it, guests come",
  },
  'bob-token-env': { type: 'string', description: "Variable that holds bob's token" },
  'agent-token-env': { type: 'string', description: "Variable that holds the agent's token" },
  'other-agent-token-env': {
    type: 'string',
    description: 'Variable that holds the token of another agent account',
  },
  'short-lived-token-env': {
    type: 'string',
    description: 'Variable that holds a token of alice that ends within a minute',
  },
  origin: { type: 'string', description: 'Page that the relay lets in, for relays that want one' },
  pid: {
    type: 'string',
    description: 'Process of the relay: it is sent SIGTERM at the end, to see how it leaves',
  },
} satisfies ArgsDef;

const relay = defineCommand({
  meta: { name: 'relay', description: 'Tests a relay: plays its clients and its agent' },
  args: relayArgs,
  run({ args, rawArgs }) {
    rejectUnknown(rawArgs, relayArgs);
    const alice = secret(args['alice-token-env']);
    const bob = secret(args['bob-token-env']);
    if ((alice === undefined) !== (bob === undefined)) {
      throw new UsageError('--alice-token-env and --bob-token-env go together');
    }
    const agent = secret(args['agent-token-env']);
    const otherAgent = secret(args['other-agent-token-env']);
    const shortLived = secret(args['short-lived-token-env']);
    const pid = args.pid === undefined ? undefined : processId('pid', args.pid);
    const { 'agent-url': agentUrl } = args;
    if (!args.list) webSocketUrl('url', args.url);
    if (agentUrl !== undefined) webSocketUrl('agent-url', agentUrl);
    return report('relay', args, (options) =>
      testRelay(
        {
          url: args.url,
          agentUrl: agentUrl ?? new URL('/openclaw', args.url).href,
          tokens: {
            ...(alice !== undefined && { alice }),
            ...(bob !== undefined && { bob }),
            ...(agent !== undefined && { agent }),
            ...(otherAgent !== undefined && { otherAgent }),
            ...(shortLived !== undefined && { shortLived }),
          },
          origin: args.origin,
          ...(pid !== undefined && { stop: () => void process.kill(pid, 'SIGTERM') }),
        },
        options,
      ),
    );
  },
});

const agentArgs = {
  ...commonArgs,
  command: { type: 'string', description: 'Starts the agent; the URL is in WEBSOCKET_CHANNEL_RELAY_URL' },
  listen: { type: 'string', default: '0', description: 'Port to listen on; 0 lets the system choose' },
  prompt: { type: 'string', default: 'Say hello.', description: 'What makes a short turn' },
  'slow-prompt': {
    type: 'string',
    default: 'Count from 1 to 500 in words, one number per line.',
    description: 'What makes a turn of some seconds, so that it can be stopped',
  },
  'start-timeout': {
    type: 'string',
    default: '60000',
    description: 'How long the agent may take to connect at first',
  },
  'turn-timeout': { type: 'string', default: '60000', description: 'How long a turn may take' },
  'return-timeout': returnTimeout,
} satisfies ArgsDef;

const agent = defineCommand({
  meta: { name: 'agent', description: 'Tests an agent: plays its relay and its participants' },
  args: agentArgs,
  run({ args, rawArgs }) {
    rejectUnknown(rawArgs, agentArgs);
    const { command } = args;
    const port = integer('listen', args.listen, 0);
    if (command === undefined && port === 0 && !args.list)
      throw new UsageError('--command or --listen is missing');
    return report('agent', args, (options) =>
      testAgent(
        {
          ...(command !== undefined && { launch: launchCommand(command) }),
          port,
          prompts: { quick: args.prompt, slow: args['slow-prompt'] },
          startMs: integer('start-timeout', args['start-timeout'], 1),
          turnMs: integer('turn-timeout', args['turn-timeout'], 1),
          returnMs: integer('return-timeout', args['return-timeout'], 1),
          onListening: (url) => void process.stderr.write(`listening ${url}\n`),
        },
        options,
      ),
    );
  },
});

const clientArgs = {
  ...commonArgs,
  command: { type: 'string', description: 'Starts the client; the URL is in WEBSOCKET_CHANNEL_RELAY_URL' },
  'return-timeout': returnTimeout,
} satisfies ArgsDef;

const client = defineCommand({
  meta: { name: 'client', description: 'Tests a client: plays its relay, its agent and its user' },
  args: clientArgs,
  run({ args, rawArgs }) {
    rejectUnknown(rawArgs, clientArgs);
    const { command = '' } = args;
    if (command === '' && !args.list) throw new UsageError('--command is missing');
    const returnMs = integer('return-timeout', args['return-timeout'], 1);
    return report('client', args, (options) =>
      testClient({ launch: launchCommand(command), returnMs }, options),
    );
  },
});

const main = defineCommand({
  meta: { name: 'websocket-channel-protocol', description: 'Tools of the websocket-channel protocol' },
  subCommands: {
    conformance: defineCommand({
      meta: {
        name: 'conformance',
        description:
          'Tests a peer in any language. Exit code 0: it conforms, 1: it does not, 2: it could not be tested',
      },
      subCommands: { relay, agent, client },
    }),
  },
});

const rawArgs = process.argv.slice(2);
if (rawArgs.includes('--help') || rawArgs.includes('-h')) void runMain(main);
else void run();

process.once('exit', killLaunched);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

async function run(): Promise<void> {
  try {
    if (rawArgs.length === 0) await showUsage(main);
    await runCommand(main, { rawArgs });
  } catch (error) {
    const expected =
      error instanceof UsageError ||
      error instanceof RangeError ||
      error instanceof Unreachable ||
      error instanceof Absent ||
      (error instanceof Error && (error.name === 'CLIError' || 'syscall' in error));
    process.stderr.write(`${expected ? (error as Error).message : String((error as Error).stack)}\n`);
    process.exitCode = 2;
  }
  // Waits that lost a race may still hold timers.
  process.exit();
}
