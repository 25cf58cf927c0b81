import { once } from 'node:events';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Chain, startChain } from './chain.ts';
import { createProgress } from './progress.ts';
import { chooseProvider, STAND_IN_CHOICE } from './provider.ts';
import { repository } from './repository.ts';
import { claimFolder } from './run-folder.ts';

const HELP = `Starts the whole chain on this machine: page → relay → plugin in an OpenClaw Gateway → model.

  --fresh              use a temporary folder instead of .run/, and forget everything at the end
  --stand-in           use the offline stand-in even if the environment names a provider
  --port <n>           port of the page (3000)
  --relay-port <n>     port of the relay (8765)

The model: DASHSCOPE_API_KEY (and MODEL) for Qwen through Bailian; OPENAI_BASE_URL, OPENAI_API_KEY and MODEL for another
OpenAI-compatible provider; with none of them, an offline stand-in.
`;

// A terminal and npm may both deliver the same Ctrl-C; a later one is meant.
const SAME_SIGNAL_MS = 500;

const stopping = new AbortController();
let firstSignalAt = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!stopping.signal.aborted) {
      firstSignalAt = performance.now();
      stopping.abort();
    } else if (performance.now() - firstSignalAt > SAME_SIGNAL_MS) {
      process.exit(130);
    }
  });
}

try {
  await main();
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function main() {
  const number = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      'stand-in': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { ...number, default: '3000' },
      'relay-port': { ...number, default: '8765' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const pagePort = portNumber('--port', values.port);
  const relayPort = portNumber('--relay-port', values['relay-port']);
  const provider = values['stand-in'] ? STAND_IN_CHOICE : chooseProvider(process.env);

  const progress = createProgress();
  const runFolder = join(repository, '.run');
  const claim = values.fresh ? undefined : await claimFolder(runFolder);
  if (!claim && !values.fresh)
    progress.note('Another start uses .run/, so this one uses a temporary folder.');
  try {
    const { signal } = stopping;
    const chain = await startChain({
      provider,
      progress,
      pagePort,
      relayPort,
      signal,
      ...(claim ? { folder: runFolder } : {}),
    });
    // Whoever asks for port 0 wants any.
    if (![0, chain.page.port].includes(pagePort))
      progress.note(`Port ${pagePort} is taken, so the page is on ${chain.page.port}.`);
    if (![0, chain.relay.port].includes(relayPort))
      progress.note(`Port ${relayPort} is taken, so the relay is on ${chain.relay.port}.`);
    progress.note(summary(chain));
    // A real provider would charge for it.
    if (chain.standIn) chain.gateway.warmUp().catch(() => {});
    if (!signal.aborted) await once(signal, 'abort');
    await progress.step('Stop everything', () => chain.stop());
  } finally {
    await claim?.release();
  }
}

function summary(chain: Chain): string {
  const folder = relative(process.cwd(), chain.folder);
  // Opens the Gateway's Control UI; for the person at the terminal, not for a log.
  const operator = process.stdout.isTTY ? `/#token=${chain.gateway.token}` : '';
  return `
  Chat      ${chain.urls.page}
  Model     ${chain.provider.label}
  Relay     ${chain.urls.relay}
  Gateway   ${chain.urls.gateway}${operator}
  Logs      ${folder.startsWith('..') ? chain.folder : folder}

Ctrl-C stops everything.`;
}

function portNumber(option: string, value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${option}: expected a port from 0 to 65535, got "${value}"`);
  return port;
}
