import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type ChatMessage,
  imagesOf,
  lastQuestion,
  planReply,
  type Script,
  textOf,
} from './stand-in-script.ts';

/** What the stand-in saw of one request. Times are milliseconds since 1970 with a fraction, comparable between processes. */
export interface StandInRequest {
  /** The last thing the person said. */
  readonly question: string;
  /** Everything the model was given, as text. */
  readonly context: string;
  /** The pictures that the model was given, as `data:` addresses. */
  readonly images: readonly string[];
  readonly stream: boolean;
  readonly receivedAt: number;
  firstTokenAt?: number;
  doneAt?: number;
  /** The caller closed the connection before the reply was complete. */
  aborted: boolean;
}

/** A running stand-in for an LLM provider. */
export interface ProviderStandIn {
  /** The base address that an OpenAI-compatible caller is given; it ends in `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Every chat-completions request so far, oldest first. */
  readonly requests: readonly StandInRequest[];
  /** Lets replies go on that wait for this `HOLD <name>`, now or later. */
  proceed(hold: string): void;
  close(): Promise<void>;
}

/** The model name that the stand-in answers under. */
export const STAND_IN_MODEL = 'offline-stand-in';

const MAX_BODY_BYTES = 32 * 1024 * 1024;

interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

/**
 * Starts an offline stand-in for an LLM provider on loopback. It speaks OpenAI's chat-completions API, streaming or not,
 * and says of itself that it is no model. {@link planReply} lists the directives that a test can put into a message.
 *
 * @param options.port - TCP port. @default 0, any free one
 */
export async function startProviderStandIn(options: { port?: number } = {}): Promise<ProviderStandIn> {
  const requests: StandInRequest[] = [];
  const holds = new Map<string, PromiseWithResolvers<void>>();
  const holdOf = (name: string) => {
    const hold = holds.get(name) ?? Promise.withResolvers<void>();
    holds.set(name, hold);
    return hold;
  };
  const server = createServer((request, response) => {
    complete(request, response, requests, (name) => holdOf(name).promise).catch((error: unknown) => {
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else reject(response, error instanceof RequestError ? error.status : 500, String(error));
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    proceed: (hold) => holdOf(hold).resolve(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Settles when replies that wait for this name may go on. */
type Hold = (name: string) => Promise<void>;

async function complete(
  request: IncomingMessage,
  response: ServerResponse,
  requests: StandInRequest[],
  hold: Hold,
) {
  const receivedAt = now();
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return reject(response, 404, 'only POST /v1/chat/completions is served here');
  }
  const chat = parseChat(await readBody(request));
  const entry: StandInRequest = {
    question: lastQuestion(chat.messages),
    context: chat.messages.map(textOf).join('\n\n'),
    images: chat.messages.flatMap(imagesOf),
    stream: chat.stream === true,
    receivedAt,
    aborted: false,
  };
  requests.push(entry);

  const gone = new AbortController();
  response.once('close', () => {
    entry.aborted = !response.writableFinished;
    gone.abort();
  });

  const script = planReply(chat.messages);
  if (script.kind === 'fail') return reject(response, script.status, 'asked to fail');
  const held = async (): Promise<void> => {
    gone.signal.throwIfAborted();
    if (script.hold !== undefined) await Promise.race([hold(script.hold), once(response, 'close')]);
    gone.signal.throwIfAborted();
  };
  if (entry.stream) await stream(response, script, chat, entry, gone.signal, held);
  else await whole(response, script, entry, gone.signal, held);
}

async function stream(
  response: ServerResponse,
  script: Exclude<Script, { kind: 'fail' }>,
  chat: ChatRequest,
  entry: StandInRequest,
  gone: AbortSignal,
  held: () => Promise<void>,
) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const head = {
    id: completionId(entry),
    object: 'chat.completion.chunk',
    created: created(entry),
    model: STAND_IN_MODEL,
  };
  const write = (chunk: object) => response.write(`data: ${JSON.stringify({ ...head, ...chunk })}\n\n`);
  const choice = (delta: object, finish_reason: string | null = null) =>
    write({ choices: [{ index: 0, delta, finish_reason }] });

  choice({ role: 'assistant', content: '' });
  const tell = async (tokens: readonly string[], member: 'content' | 'reasoning_content') => {
    for (const token of tokens) {
      if (script.delayMs) await pause(script.delayMs, undefined, { signal: gone });
      gone.throwIfAborted();
      entry.firstTokenAt ??= now();
      choice({ [member]: token });
    }
  };
  await tell(script.thoughts ?? [], 'reasoning_content');
  const middle = script.tokens.length >> 1;
  await tell(script.tokens.slice(0, middle), 'content');
  await held();
  await tell(script.tokens.slice(middle), 'content');
  if (script.kind === 'tool') {
    entry.firstTokenAt ??= now();
    choice({ tool_calls: [{ index: 0, ...toolCall(script, entry) }] });
  }
  choice({}, script.kind === 'tool' ? 'tool_calls' : 'stop');
  if (chat.stream_options?.include_usage) write({ choices: [], usage: usage(script) });
  entry.doneAt = now();
  response.end('data: [DONE]\n\n');
}

async function whole(
  response: ServerResponse,
  script: Exclude<Script, { kind: 'fail' }>,
  entry: StandInRequest,
  gone: AbortSignal,
  held: () => Promise<void>,
) {
  const { tokens } = script;
  await held();
  if (script.delayMs * tokens.length)
    await pause(script.delayMs * tokens.length, undefined, { signal: gone });
  const message =
    script.kind === 'text'
      ? { role: 'assistant', content: tokens.join('') }
      : { role: 'assistant', content: tokens.join('') || null, tool_calls: [toolCall(script, entry)] };
  entry.firstTokenAt = entry.doneAt = now();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: completionId(entry),
      object: 'chat.completion',
      created: created(entry),
      model: STAND_IN_MODEL,
      choices: [{ index: 0, message, finish_reason: script.kind === 'text' ? 'stop' : 'tool_calls' }],
      usage: usage(script),
    }),
  );
}

function toolCall(script: Extract<Script, { kind: 'tool' }>, entry: StandInRequest) {
  const id = `call_${Math.trunc(entry.receivedAt)}`;
  return { id, type: 'function', function: { name: script.name, arguments: script.json } };
}

function usage(script: Exclude<Script, { kind: 'fail' }>) {
  const completion_tokens = script.tokens.length + (script.kind === 'tool' ? 1 : 0);
  return { prompt_tokens: 1, completion_tokens, total_tokens: completion_tokens + 1 };
}

function parseChat(body: string): ChatRequest {
  let chat: unknown;
  try {
    chat = JSON.parse(body);
  } catch {
    throw new RequestError(400, 'the body is not JSON');
  }
  if (
    typeof chat !== 'object' ||
    chat === null ||
    !Array.isArray((chat as { messages?: unknown }).messages)
  ) {
    throw new RequestError(400, 'messages: expected an array');
  }
  return chat as ChatRequest;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RequestError(413, `the body exceeds ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reject(response: ServerResponse, status: number, message: string) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      error: { message: `Offline stand-in: ${message}`, type: 'stand_in_error', code: status },
    }),
  );
}

class RequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const now = () => performance.timeOrigin + performance.now();
const created = (entry: StandInRequest) => Math.trunc(entry.receivedAt / 1000);
const completionId = (entry: StandInRequest) => `stand-in-${Math.trunc(entry.receivedAt)}`;
