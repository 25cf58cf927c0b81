import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainEnvironment } from './environment.ts';
import type { ModelProvider } from './provider.ts';

/** The plugin's id and the name of its section under `channels`. */
export const CHANNEL_ID = 'websocket-channel';

/** The Gateway's configuration, as far as it is anybody's business here. */
export type GatewayConfig = Record<string, unknown>;

/** Where one Gateway keeps everything it owns. */
export interface GatewayFolders {
  readonly root: string;
  readonly home: string;
  readonly state: string;
  readonly workspace: string;
  readonly configFile: string;
  readonly logFile: string;
}

const MODEL_KEY_VARIABLE = 'WEBSOCKET_CHANNEL_MODEL_KEY';

/** The folders of a Gateway that lives below `root`. */
export function gatewayFolders(root: string): GatewayFolders {
  const state = join(root, 'state');
  return {
    root,
    home: join(root, 'home'),
    state,
    workspace: join(root, 'workspace'),
    configFile: join(state, 'openclaw.json'),
    logFile: join(root, 'gateway.log'),
  };
}

/** The environment of the Gateway and its command line: the folders above, nothing of the person's own OpenClaw, no look-ups. */
export function gatewayEnvironment(
  folders: GatewayFolders,
  provider: Pick<ModelProvider, 'apiKey'>,
): NodeJS.ProcessEnv {
  return {
    ...plainEnvironment(),
    HOME: folders.home,
    OPENCLAW_STATE_DIR: folders.state,
    OPENCLAW_CONFIG_PATH: folders.configFile,
    OPENCLAW_OFFLINE: '1',
    OPENCLAW_NO_AUTO_UPDATE: '1',
    OPENCLAW_NO_RESPAWN: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
    [MODEL_KEY_VARIABLE]: provider.apiKey,
    NO_COLOR: '1',
  };
}

/** What the Gateway is told about itself and its model; the channel comes with {@link channelSection} once the plugin is there. */
export function baseSections(
  folders: GatewayFolders,
  options: { port: number; token: string; provider: ModelProvider },
): GatewayConfig {
  const { port, token, provider } = options;
  const model = {
    id: provider.model,
    name: provider.label,
    reasoning: false,
    input: provider.standIn ? ['text', 'image'] : ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 8192,
  };
  return {
    gateway: { mode: 'local', bind: 'loopback', port, auth: { mode: 'token', token } },
    logging: { file: join(folders.root, 'gateway-detail.log') },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    discovery: { mdns: { mode: 'off' } },
    models: {
      mode: 'merge',
      catalogRefresh: { enabled: false },
      providers: {
        chain: {
          baseUrl: provider.baseUrl,
          // By name, so that the key itself is never written to disk.
          apiKey: `\${${MODEL_KEY_VARIABLE}}`,
          api: 'openai-completions',
          models: [model],
        },
      },
    },
    agents: {
      defaults: {
        workspace: folders.workspace,
        skipBootstrap: true,
        model: { primary: `chain/${provider.model}` },
        heartbeat: { every: '0m' },
      },
    },
    session: { dmScope: 'per-channel-peer' },
    // Guests of an example may not run commands or change files on the machine of whoever tries it.
    tools: { profile: 'minimal', alsoAllow: ['read'], fs: { workspaceOnly: true } },
    browser: { enabled: false },
    cron: { enabled: false },
  };
}

/** The channel switched on, and no other plugin; it is installed, or in one of the folders. */
export function channelSection(
  config: GatewayConfig,
  channel: Readonly<Record<string, unknown>>,
  pluginFolders: readonly string[] = [],
): GatewayConfig {
  const load = pluginFolders.length > 0 && { load: { paths: pluginFolders } };
  return {
    ...config,
    plugins: { ...(config.plugins as object | undefined), allow: [CHANNEL_ID], ...load },
    channels: { [CHANNEL_ID]: channel },
  };
}

/** Changes the configuration file in one step; the Gateway, which owns and rewrites the file, never sees half of it. */
export async function updateConfigFile(
  file: string,
  change: (config: GatewayConfig) => GatewayConfig,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const changed = JSON.stringify(change(JSON.parse(text) as GatewayConfig), null, 2);
  if (changed === text.trimEnd()) return;
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, changed, { mode: 0o600 });
  await rename(draft, file);
}
