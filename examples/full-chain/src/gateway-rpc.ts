import { setTimeout as pause } from 'node:timers/promises';

/** A Gateway method call failed; `code` is the Gateway's own, or `closed`, `timeout`. */
export class GatewayCallError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'GatewayCallError';
    this.code = code;
  }
}

interface ResponseFrame {
  readonly type: 'res';
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
}

const CALL_TIMEOUT_MS = 60_000;

/**
 * Calls one Gateway method over the Gateway's WebSocket, as its own local tools do. It takes about 50 ms, where the
 * `openclaw` command takes seconds.
 *
 * @throws {@link GatewayCallError}
 */
export async function callGateway(
  gateway: { readonly port: number; readonly token: string },
  method: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
  const over = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  socket.addEventListener('close', ({ code, reason }) => {
    failed.reject(
      new GatewayCallError('closed', `${method}: the Gateway closed the connection (${code} ${reason})`),
    );
  });
  socket.addEventListener('error', () => {
    failed.reject(new GatewayCallError('closed', `${method}: no connection to the Gateway`));
  });
  const timeout = pause(CALL_TIMEOUT_MS, undefined, { signal: over.signal }).then(() => {
    throw new GatewayCallError('timeout', `${method}: no answer within ${CALL_TIMEOUT_MS} ms`);
  });
  timeout.catch(() => {});

  const next = (wanted: (frame: { type: string; event?: string; id?: string }) => boolean) => {
    const found = Promise.withResolvers<unknown>();
    const read = ({ data }: MessageEvent) => {
      const frame = JSON.parse(String(data)) as { type: string };
      if (!wanted(frame)) return;
      socket.removeEventListener('message', read);
      found.resolve(frame);
    };
    socket.addEventListener('message', read);
    return Promise.race([found.promise, failed.promise, timeout]);
  };
  const request = async (id: string, name: string, body: object) => {
    const answer = next((frame) => frame.type === 'res' && frame.id === id) as Promise<ResponseFrame>;
    socket.send(JSON.stringify({ type: 'req', id, method: name, params: body }));
    const { ok, payload, error } = await answer;
    if (!ok)
      throw new GatewayCallError(error?.code ?? 'error', `${name}: ${error?.message ?? 'no reason given'}`);
    return payload;
  };

  try {
    await next((frame) => frame.type === 'event' && frame.event === 'connect.challenge');
    await request('connect', 'connect', {
      minProtocol: 4,
      maxProtocol: 4,
      // The one identity that the Gateway lets in on loopback with its token alone, without pairing a device.
      client: { id: 'gateway-client', version: '1.0.0', platform: process.platform, mode: 'backend' },
      role: 'operator',
      scopes: ['operator.read', 'operator.write', 'operator.admin'],
      caps: [],
      auth: { token: gateway.token },
    });
    return await request('call', method, params);
  } finally {
    over.abort();
    socket.close();
  }
}
