/** What the server of the page tells it at run time, as `/config.json`. */
export interface PageConfig {
  /** Address of the relay's client path: `ws://`, `wss://`, or relative to the page. */
  readonly relayUrl: string;
  /** False where the relay knows no `history` frames: it replays all that it has. @default true */
  readonly history?: boolean;
  /**
   * How the relay knows who is there: by a name that people choose, or by a secret that each browser keeps. @default 'name'
   */
  readonly identity?: Identity;
  /** The model behind the agent. Absent: the page does not mention one. */
  readonly model?: ModelInfo;
}

export type Identity = 'name' | 'browser';

export interface ModelInfo {
  readonly label: string;
  /** True where a small program answers in the place of a model. */
  readonly standIn: boolean;
}

/** Where a relay listens that was started with its defaults: for the development server, which serves no configuration. */
const DEVELOPMENT: PageConfig = { relayUrl: 'ws://localhost:8765/' };

/** The configuration is missing or wrong; the message says what to correct. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads `/config.json`. @throws {@link ConfigError} */
export async function loadConfig(): Promise<PageConfig> {
  const url = `${import.meta.env.BASE_URL}config.json`;
  const response = await fetch(url, { cache: 'no-store' }).catch((cause: unknown) => {
    throw new ConfigError(`${url}: ${String(cause)}`);
  });
  // The development server answers a missing file with the page itself.
  const found = response.ok && response.headers.get('content-type')?.includes('json');
  if (!found && import.meta.env.DEV) return DEVELOPMENT;
  if (!found) throw new ConfigError(`${url}: expected a JSON file, got status ${response.status}`);
  const value: unknown = await response.json().catch(() => undefined);
  return parseConfig(value, location.href);
}

/** Checks a configuration. @throws {@link ConfigError} naming the member at fault. */
export function parseConfig(value: unknown, pageUrl: string): PageConfig {
  if (!isObject(value)) throw new ConfigError('config.json: expected a JSON object');
  const { relayUrl, history, identity, model } = value;
  if (typeof relayUrl !== 'string') throw new ConfigError('config.json: relayUrl must be a string');
  const url = URL.parse(relayUrl, pageUrl.replace(/^http/, 'ws'));
  if (url?.protocol !== 'ws:' && url?.protocol !== 'wss:') {
    throw new ConfigError('config.json: relayUrl must be a ws:// or wss:// address, or a path');
  }
  if (history !== undefined && typeof history !== 'boolean') {
    throw new ConfigError('config.json: history must be true or false');
  }
  if (identity !== undefined && identity !== 'name' && identity !== 'browser') {
    throw new ConfigError('config.json: identity must be "name" or "browser"');
  }
  const config: PageConfig = {
    relayUrl: url.href,
    ...(history !== undefined && { history }),
    ...(identity !== undefined && { identity }),
  };
  if (model === undefined) return config;
  if (!isObject(model) || typeof model.label !== 'string' || typeof model.standIn !== 'boolean') {
    throw new ConfigError('config.json: model must be {label: string, standIn: boolean}');
  }
  return { ...config, model: { label: model.label, standIn: model.standIn } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
