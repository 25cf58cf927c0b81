#!/usr/bin/env node
import { createRequire } from 'node:module';
import { defineCommand, runMain } from 'citty';
import { createLog } from './cli-log.ts';
import { checkFlags, cliOptions } from './cli-options.ts';
import { boundsOf, openStore, whereStored } from './cli-store.ts';
import { inspectCommand, repairCommand } from './cli-store-commands.ts';
import { resolveOptions } from './options.ts';
import { createRelay } from './relay.ts';

const flags = {
  port: { type: 'string', default: '8765', description: 'Port to listen on; 0 lets the system choose' },
  host: { type: 'string', default: '127.0.0.1', description: 'Address to listen on' },
  development: {
    type: 'boolean',
    default: false,
    description: 'Let named guests and one agent in without tokens, from this machine only',
  },
  legacy: { type: 'boolean', default: false, description: "Serve peers that speak the tutorial's wire" },
  origin: { type: 'string', description: 'Origin of a page that may connect; repeatable' },
  'agent-token-file': { type: 'string', description: 'File that holds the token of the agent' },
  store: {
    type: 'string',
    description:
      "File of the database that keeps logs and mailboxes, or `memory`, which forgets them; a file in the system's data folder by default, `memory` with --development",
  },
  'keep-frames': { type: 'string', description: 'Frames to keep of each conversation; 1000 by default' },
  'keep-days': { type: 'string', description: 'Days for which frames are kept; 7 by default' },
  files: { type: 'string', description: 'Folder to keep attached files in; without it none are taken' },
  'log-level': { type: 'string', default: 'info', description: 'Least level to log, to standard error' },
} as const;

const serve = defineCommand({
  meta: { name: 'serve', description: 'Serve; what is done unless another command is named' },
  args: flags,
  async run({ args, rawArgs }) {
    try {
      const [unread] = args._;
      if (unread !== undefined) throw new TypeError(`There is no argument ${unread}`);
      const options = await cliOptions(args, rawArgs, process.env);
      // What is refused is refused before a file is made.
      resolveOptions(options);
      const bounds = boundsOf(args['keep-frames'], args['keep-days']);
      await options.files?.store.bytes().catch((error: Error) => {
        throw new Error(`--files ${args.files}: ${error.message}`);
      });
      const store = await openStore(whereStored(args, process.env), bounds);
      try {
        const logger = createLog(args['log-level']);
        const relay = createRelay({ ...options, store, logger });
        const { address, family, port } = await relay.listen({ port: Number(args.port), host: args.host });
        process.stdout.write(`listening ws://${family === 'IPv6' ? `[${address}]` : address}:${port}\n`);
        for (const signal of ['SIGTERM', 'SIGINT'] as const)
          process.once(signal, () => void relay.close().catch(fail));
      } catch (error) {
        await store.close();
        throw error;
      }
    } catch (error) {
      fail(error);
    }
  },
});

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

const command = defineCommand({
  meta: {
    name: 'websocket-channel-relay',
    version: createRequire(import.meta.url)('../package.json').version,
    description:
      'Relay between frontends and an OpenClaw agent. Secrets are taken from the environment: WEBSOCKET_CHANNEL_AGENT_TOKEN (of the agent), WEBSOCKET_CHANNEL_JWT_SECRET (HS256, of participants).',
  },
  args: flags,
  subCommands: { serve, inspect: inspectCommand, repair: repairCommand },
  default: 'serve',
});

// Whoever reads what is said may leave before it is.
process.stdout.on('error', () => {});
try {
  // Before a command is looked for: the value of a flag that is misspelt is none.
  checkFlags(process.argv.slice(2), flags);
  await runMain(command);
} catch (error) {
  fail(error);
}
