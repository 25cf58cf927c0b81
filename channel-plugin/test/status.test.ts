import type { LinkState } from '@websocket-channel/protocol/link';
import { describe, expect, it } from 'vitest';
import { connectionStatus } from '../src/status.ts';

const now = 1790000000000;
const status = (state: LinkState, hasConnected = false, lastError: string | null = null) =>
  connectionStatus(state, { now, hasConnected, lastError });

describe('the connection as the Gateway is told', () => {
  it('is starting before the first connection and recovering after it', () => {
    expect(status({ status: 'connecting', attempt: 0 })).toMatchObject({
      running: true,
      connected: false,
      lifecycle: 'starting',
    });
    expect(status({ status: 'connecting', attempt: 2 }, true, 'gone')).toEqual({
      running: true,
      connected: false,
      lifecycle: 'recovering',
      reconnectAttempts: 2,
      lastError: 'gone',
    });
  });

  it('is ready, without an error, when connected', () => {
    expect(status({ status: 'ready', attempt: 3, since: now, silenceMs: 0 }, true, 'gone')).toEqual({
      running: true,
      connected: true,
      lifecycle: 'ready',
      reconnectAttempts: 0,
      lastError: null,
      lastConnectedAt: now,
    });
  });

  it('says why a connection was lost', () => {
    const loss = { code: 4503, reason: 'draining' };
    expect(status({ status: 'waiting', attempt: 1, delayMs: 100, loss }, true)).toEqual({
      running: true,
      connected: false,
      lifecycle: 'recovering',
      reconnectAttempts: 1,
      lastError: 'Relay closed the connection: 4503 draining',
      lastDisconnect: { at: now, status: 4503, error: 'draining' },
    });
    const unreachable = { code: 0, reason: 'connect ECONNREFUSED' };
    expect(status({ status: 'waiting', attempt: 1, delayMs: 100, loss: unreachable })).toMatchObject({
      lastError: 'Relay not reachable: connect ECONNREFUSED',
      lastDisconnect: { at: now, error: 'connect ECONNREFUSED' },
    });
  });

  it('is blocked, not stopped, when the relay turned the agent away for good', () => {
    expect(status({ status: 'closed', loss: { code: 4401, reason: 'bad token' } })).toMatchObject({
      running: true,
      connected: false,
      lifecycle: 'blocked',
      lastError: expect.stringContaining('4401 bad token'),
    });
  });

  it('is stopped when the Gateway stopped it', () => {
    expect(status({ status: 'closed' })).toMatchObject({
      running: false,
      connected: false,
      lifecycle: 'stopped',
    });
  });
});
