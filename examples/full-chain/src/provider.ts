import { STAND_IN_MODEL } from './provider-stand-in.ts';

/** An OpenAI-compatible model provider, as the Gateway is told about it. */
export interface ModelProvider {
  /** Address of the OpenAI-compatible API, ending before `/chat/completions`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** What the page shows as the model. */
  readonly label: string;
  readonly standIn: boolean;
}

/** Which provider to use: a real one, or the stand-in, which has yet to be started. */
export type ProviderChoice =
  | ModelProvider
  | { readonly standIn: true; readonly label: string; readonly model: string };

/** The environment does not describe a usable provider. `variable` names what to correct. */
export class ProviderError extends Error {
  readonly variable: string;
  constructor(variable: string, message: string) {
    super(`${variable}: ${message}`);
    this.name = 'ProviderError';
    this.variable = variable;
  }
}

const BAILIAN_URL = 'https://dashscope.aliyuncs.com/compatible-mode/v1';
const BAILIAN_MODEL = 'qwen-plus';

/** The stand-in as a choice. */
export const STAND_IN_CHOICE = {
  standIn: true,
  label: '离线替身 · offline stand-in',
  model: STAND_IN_MODEL,
} as const satisfies ProviderChoice;

/**
 * Chooses the provider from the environment: `DASHSCOPE_API_KEY` (and `MODEL`) means Qwen through Bailian; `OPENAI_BASE_URL`,
 * `OPENAI_API_KEY` and `MODEL` together mean that provider; without any of them, the offline stand-in.
 *
 * @throws {@link ProviderError} when the three `OPENAI_…`/`MODEL` variables are incomplete or the address is no HTTP URL.
 */
export function chooseProvider(env: Readonly<Record<string, string | undefined>>): ProviderChoice {
  const value = (name: string) => env[name]?.trim() || undefined;
  const model = value('MODEL');
  const bailianKey = value('DASHSCOPE_API_KEY');
  if (bailianKey) {
    const chosen = model ?? BAILIAN_MODEL;
    return {
      baseUrl: BAILIAN_URL,
      apiKey: bailianKey,
      model: chosen,
      label: `${chosen} · 百炼 Bailian`,
      standIn: false,
    };
  }

  const baseUrl = value('OPENAI_BASE_URL');
  const apiKey = value('OPENAI_API_KEY');
  if (!baseUrl && !apiKey && !model) return STAND_IN_CHOICE;
  if (!baseUrl) throw missing('OPENAI_BASE_URL');
  if (!apiKey) throw missing('OPENAI_API_KEY');
  if (!model) throw missing('MODEL');
  const url = URL.parse(baseUrl);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ProviderError(
      'OPENAI_BASE_URL',
      'expected an http:// or https:// address such as https://api.example.com/v1',
    );
  }
  return { baseUrl, apiKey, model, label: `${model} · ${url.host}`, standIn: false };
}

function missing(variable: string): ProviderError {
  return new ProviderError(
    variable,
    'is missing. Set OPENAI_BASE_URL, OPENAI_API_KEY and MODEL together, or DASHSCOPE_API_KEY alone, or none of them for the offline stand-in.',
  );
}
