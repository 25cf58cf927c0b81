import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, ChildError, type Command, runCommand, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import {
  baseSections,
  CHANNEL_ID,
  channelSection,
  type GatewayConfig,
  type GatewayFolders,
  gatewayEnvironment,
  gatewayFolders,
  updateConfigFile,
} from './gateway-config.ts';
import { callGateway } from './gateway-rpc.ts';
import { type Progress, silentProgress } from './progress.ts';
import type { ModelProvider } from './provider.ts';
import { newToken } from './settings.ts';

/** What a Gateway is started with. */
export interface GatewayOptions {
  /** Where it keeps all it owns; a second start in the same folder is quicker. @default a temporary folder, removed by `stop` */
  readonly folder?: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** The operator's token. @default a new one */
  readonly token?: string;
  readonly provider: ModelProvider;
  /** The section `channels.websocket-channel` of its configuration. */
  readonly channelConfig: Readonly<Record<string, unknown>>;
  /** The plugin: an npm package file (`.tgz`), which is installed as a person would, or a folder, which is loaded from where it is. */
  readonly pluginSource: string;
  /** Changes the rest of its configuration before it starts. @default nothing is changed */
  readonly adjust?: (config: GatewayConfig) => GatewayConfig;
  /** Variables of its environment besides the usual ones. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default silent */
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** A real OpenClaw Gateway with the plugin installed, in its own folder. */
export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** The operator's token for its Control UI and its methods. */
  readonly token: string;
  readonly stateDir: string;
  readonly workspace: string;
  readonly logFile: string;
  /** What OpenClaw said when it installed the plugin; nothing where it was installed before, or is loaded from a folder. */
  readonly installation: string;
  /** The id of its process now. */
  readonly pid: number;
  /** Ends it in order and leaves no process; a temporary folder is removed. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it and its channel again on the same folder and port, ending it in order first if it runs. */
  restart(): Promise<void>;
  /** Runs an `openclaw` command against its folder; it takes seconds. */
  cli(...args: string[]): Promise<{ stdout: string; stderr: string; code: number | null }>;
  /** Calls a Gateway method over its WebSocket. @throws {@link GatewayCallError} */
  call(method: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Runs one turn of the agent in a session of its own, since the first turn after a start takes seconds longer. */
  warmUp(): Promise<void>;
  /** Whether its channel reports a connection to the relay. */
  connected(): Promise<boolean>;
  /** Changes its configuration file in one step; a running Gateway notices. */
  updateConfig(change: (config: GatewayConfig) => GatewayConfig): Promise<void>;
}

const START_TIMEOUT_MS = 180_000;
const STOP_GRACE_MS = 15_000;
/** OpenClaw's command line; `OPENCLAW_COMMAND` names another version's. */
const OPENCLAW =
  process.env.OPENCLAW_COMMAND ?? fileURLToPath(new URL('../openclaw.mjs', import.meta.resolve('openclaw')));

/**
 * Starts a Gateway of its own with the plugin.
 * Resolves when the Gateway is ready; the channel connects at about the same time, see {@link Gateway.connected}.
 *
 * @throws {@link ChildError} when the plugin cannot be installed or the Gateway does not start.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { provider, progress = silentProgress, signal, adjust = (config) => config } = options;
  const folders = gatewayFolders(options.folder ?? (await mkdtemp(join(tmpdir(), 'websocket-channel-'))));
  const port = await freePort(options.port);
  const token = options.token ?? newToken();
  const env = { ...gatewayEnvironment(folders, provider), ...options.environment };
  const openclaw = (...args: string[]) => openclawCommand(folders, env, args);
  for (const folder of [folders.home, folders.state, folders.workspace]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  await updateConfigFile(folders.configFile, (config) => ({
    ...config,
    ...baseSections(folders, { port, token, provider }),
  }));
  const packed = options.pluginSource.endsWith('.tgz');
  const installation = packed
    ? await installOnce(
        options.pluginSource,
        folders.root,
        (args) => runCommand({ ...openclaw(...args), signal }),
        progress,
      )
    : '';
  const pluginFolders = packed ? [] : [options.pluginSource];
  await updateConfigFile(folders.configFile, (config) =>
    adjust(channelSection(config, options.channelConfig, pluginFolders)),
  );

  const run: Command = {
    ...openclaw('gateway', 'run', '--port', String(port)),
    name: 'the Gateway',
    logFile: folders.logFile,
  };
  const start = async () => {
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5000) });
      return response.ok || undefined;
    };
    return (await startChild({ ...run, signal }, { poll: ready }, START_TIMEOUT_MS)).child;
  };
  let child: Child = await progress.step('Start the OpenClaw Gateway', start);

  const call = (method: string, params?: Readonly<Record<string, unknown>>) =>
    callGateway({ port, token }, method, params);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    token,
    stateDir: folders.state,
    workspace: folders.workspace,
    logFile: folders.logFile,
    installation,
    get pid() {
      return child.pid;
    },
    async stop() {
      await child.stop(STOP_GRACE_MS);
      if (options.folder === undefined) await rm(folders.root, { recursive: true, force: true });
    },
    kill: () => child.kill(),
    async restart() {
      await child.stop(STOP_GRACE_MS);
      child = await start();
      // After three crashes within five minutes OpenClaw leaves channels to be started by hand.
      await call('channels.start', { channel: CHANNEL_ID });
    },
    cli: (...args) => runCommand(openclaw(...args)),
    call,
    async warmUp() {
      const message = { sessionKey: 'agent:main:warm-up', message: 'hello', idempotencyKey: randomUUID() };
      const { runId } = (await call('chat.send', message)) as { runId: string };
      await call('agent.wait', { runId, timeoutMs: 50_000 });
    },
    async connected() {
      const { channelAccounts } = (await call('channels.status')) as ChannelsStatus;
      return channelAccounts[CHANNEL_ID]?.some((account) => account.connected === true) ?? false;
    },
    updateConfig: (change) => updateConfigFile(folders.configFile, change),
  };
}

const openclawCommand = (
  folders: GatewayFolders,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Command => ({
  name: `openclaw ${args[0]}`,
  file: process.execPath,
  args: [OPENCLAW, ...args],
  env,
  cwd: folders.root,
});

/** Runs `openclaw` commands in a folder of their own, where no Gateway runs. */
export async function openclawIn(root: string): Promise<Pick<Gateway, 'cli' | 'stateDir'>> {
  const folders = gatewayFolders(root);
  for (const folder of [folders.home, folders.state]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const env = gatewayEnvironment(folders, { apiKey: '' });
  return {
    stateDir: folders.state,
    cli: (...args) => runCommand(openclawCommand(folders, env, args)),
  };
}

interface ChannelsStatus {
  readonly channelAccounts: Readonly<Record<string, readonly { readonly connected?: boolean }[] | undefined>>;
}

// The install command takes ten seconds, so the same package is not installed twice into the same folder.
async function installOnce(
  source: string,
  root: string,
  openclaw: (args: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>,
  progress: Progress,
): Promise<string> {
  const marker = join(root, 'installed-plugin');
  const fingerprint = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const installed = await readFile(marker, 'utf8').catch(() => undefined);
  if (fingerprint === installed) return '';
  return progress.step('Install the channel plugin into OpenClaw', async () => {
    const { code, stdout, stderr } = await openclaw([
      'plugins',
      'install',
      source,
      '--force',
      '--accept-capabilities',
    ]);
    const said = `${stdout}${stderr}`;
    if (code !== 0) throw new ChildError(`openclaw plugins install failed (exit code ${code})`, said);
    await writeFile(marker, fingerprint);
    return said;
  });
}
