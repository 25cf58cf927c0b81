import type { Files } from '../../generated/frames.ts';
import { askHttp, type HttpAnswer } from '../http.ts';
import type { FileRequest } from '../scenario.ts';
import { NotApplicable } from '../unmet.ts';
import type { Variables } from '../variables.ts';
import type { RelayTarget, TokenName } from './stage.ts';

/** What it takes to ask a relay for files. */
interface Asking {
  readonly target: RelayTarget;
  /** What the relay announced; absent where it keeps no files. */
  readonly files: Files | undefined;
  readonly variables: Variables;
  readonly timeoutMs: number;
}

/** A question for files, in words, with its answer. */
export interface FileExchange {
  readonly answer: HttpAnswer;
  readonly lines: readonly string[];
}

/**
 * Asks a relay for files over HTTP, as alice, bob, the agent, `nobody` without a token, or an `impostor` with a wrong one. Asks again
 * where it is told to wait.
 *
 * @throws {NotApplicable} If the relay keeps no files, or needs no tokens where these matter.
 */
export async function askForFiles(asking: Asking, request: FileRequest): Promise<FileExchange> {
  const { target, files, timeoutMs } = asking;
  if (files === undefined) throw new NotApplicable('the relay announces no `files` in `welcome`');
  const { as = 'alice', method = 'GET', body, query = {} } = request;
  const socket = new URL(as === 'agent' ? target.agentUrl : target.url);
  socket.protocol = socket.protocol === 'wss:' ? 'https:' : 'http:';
  const url = new URL(request.url ?? files.url, socket);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const headers = { ...credentials(asking, as), ...request.headers };
  const question = { method, url, headers, timeoutMs, ...(body !== undefined && { body }) };
  const until = Date.now() + 60_000 + timeoutMs;
  for (;;) {
    const answer = await askHttp(question);
    const { retryAfterMs } = (answer.json ?? {}) as { readonly retryAfterMs?: number };
    if (answer.status !== 429 || retryAfterMs === undefined || Date.now() + retryAfterMs > until) {
      const said = JSON.stringify({ ...answer, json: undefined }).slice(0, 600);
      return { answer, lines: [`${as} → ${method} ${url.pathname}${url.search}`, `${as} ← ${said}`] };
    }
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  }
}

function credentials({ target, variables }: Asking, as: string): Record<string, string> {
  const { tokens, origin } = target;
  const isGuest = tokens.alice === undefined;
  if (isGuest && (as === 'nobody' || as === 'impostor')) {
    throw new NotApplicable('the relay lets guests in without tokens');
  }
  const bearer = (token: string | undefined) =>
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  switch (as) {
    case 'nobody':
      return {};
    case 'impostor':
      return bearer(`${tokens.alice}x`);
    case 'agent':
      return { 'websocket-channel-role': 'agent', ...bearer(tokens.agent) };
    default:
      return {
        ...(origin !== undefined && { origin }),
        ...(isGuest
          ? { 'websocket-channel-source': String(variables.get(as)) }
          : bearer(tokens[as as TokenName])),
      };
  }
}
