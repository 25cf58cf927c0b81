import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Unmet } from './unmet.ts';

/** What is asked of a server. */
export interface HttpQuestion {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A body in pieces is sent without announcing its length. */
  readonly body?: string | Iterable<Uint8Array>;
  /** How long the answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json?: unknown;
}

/** Asks a server, and reads its answer also where it comes before the body is sent. @throws {Unmet} If none comes. */
export function askHttp({ method, url, headers, body, timeoutMs }: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method,
      headers,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    let answered = false;
    const fail = (error: Error): void =>
      reject(new Unmet(`an answer to ${method} ${url.pathname}`, error.message, []));
    request.on('error', (error) => answered || fail(error));
    request.once('response', (response) => {
      answered = true;
      read(response).then(resolve, fail);
    });
    if (body === undefined || typeof body === 'string') request.end(body);
    else writePieces(request, body, () => answered);
  });
}

/** Writes as fast as the server reads, until it has answered. */
function writePieces(
  request: ReturnType<typeof requestHttp>,
  body: Iterable<Uint8Array>,
  isAnswered: () => boolean,
): void {
  const pieces = body[Symbol.iterator]();
  const write = (): void => {
    for (;;) {
      const { value, done } = pieces.next();
      if (done || isAnswered() || request.destroyed) return void request.end();
      if (!request.write(value)) return void request.once('drain', write);
    }
  };
  write();
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const isJson = headers['content-type']?.startsWith('application/json') ?? false;
  return { status: response.statusCode ?? 0, headers, text, ...(isJson && { json: parsed(text) }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
