import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRelay, type Relay, type RelayOptions } from '../src/index.ts';
import { addressKey } from '../src/upgrade.ts';
import { RawPeer, upgradeStatus } from './support/raw-peer.ts';
import { startRelay } from './support/running-relay.ts';

const authenticated = {
  authenticate: () => ({ source: 'alice' }),
  agentTokens: { default: 'token' },
};

describe('a relay', () => {
  it.each([
    [{}, /`authenticate` is missing/],
    [{ authenticate: authenticated.authenticate }, /`authenticateAgent` or `agentTokens` is missing/],
    [{ agentTokens: { default: 'x' } }, /`authenticate` is missing/],
    [{ ...authenticated, paths: { clients: '/x', agents: '/x' } }, /both paths/],
    [{ ...authenticated, paths: { clients: 'relay' } }, /paths.clients must be a path such as \/relay/],
    [{ ...authenticated, paths: { agents: '/agents?x=1' } }, /paths.agents must be a path/],
    [{ ...authenticated, agentTokens: { default: '' } }, /the token of default is missing/],
    [{ ...authenticated, agentTokens: { one: 'x', two: 'x' } }, /same token/],
    [{ ...authenticated, origins: ['https://a.example/'] }, /`https:\/\/a.example\/` is no origin/],
    [{ ...authenticated, origins: ['https://a.example:443'] }, /is no origin, .* https:\/\/a.example$/],
    [{ ...authenticated, origins: ['a.example'] }, /`a.example` is no origin/],
    [{ ...authenticated, origins: ['app://'] }, /`app:\/\/` is no origin/],
    [
      { ...authenticated, limits: { frameBytes: 1023 } },
      /limits.frameBytes must be a whole number from 1024 to 1048576/,
    ],
    [{ ...authenticated, limits: { frameBytes: 1_048_577 } }, /limits.frameBytes/],
    [{ ...authenticated, heartbeat: { intervalMs: 0.5 } }, /heartbeat.intervalMs must be a whole number/],
    [
      { ...authenticated, heartbeat: { graceMs: Number.POSITIVE_INFINITY } },
      /heartbeat.graceMs .* 2147483647/,
    ],
    [{ ...authenticated, drain: { reconnectAfterMs: 2 ** 31 } }, /drain.reconnectAfterMs .* 2147483647/],
    [{ ...authenticated, authenticationTimeoutMs: 2 ** 31 }, /authenticationTimeoutMs .* 2147483647/],
    [
      { ...authenticated, limits: { contentLength: 0 } },
      /limits.contentLength must be a whole number from 1 to 262144/,
    ],
  ] as [RelayOptions, RegExp][])(
    'is not made with options that leave it open or contradict: %j',
    (options, message) => {
      expect(() => createRelay(options)).toThrow(message);
    },
  );

  it.each(['*', 'null', 'https://a.example:8443', 'capacitor://localhost', 'http://[::1]:5173'])(
    'is made for pages of the origin %s',
    async (origin) => {
      await createRelay({ ...authenticated, origins: [origin] }).close();
    },
  );

  it('is made with limits and times at their edges', async () => {
    const relay = createRelay({
      ...authenticated,
      limits: { frameBytes: 1024, contentLength: 1 },
      heartbeat: { intervalMs: 2 ** 31 - 1, graceMs: 0 },
      drain: { timeoutMs: 0, reconnectAfterMs: 2 ** 31 - 1 },
      authenticationTimeoutMs: 2 ** 31 - 1,
    });
    await relay.close();
  });

  it('says so if its port is taken', async () => {
    const relay = await startRelay();
    const second = createRelay({ development: true });
    await expect(second.listen({ port: Number(new URL(relay.url).port) })).rejects.toThrow('EADDRINUSE');
    await second.close();
  });

  it('answers plain HTTP by naming what it is, and upgrades to other paths by 404', async () => {
    const relay = await startRelay();
    const response = await fetch(relay.url.replace('ws', 'http'));
    expect([response.status, await response.text()]).toEqual([426, 'This is a WebSocket relay']);
    expect(await upgradeStatus(`${relay.url}/elsewhere`)).toBe(404);
    expect(await upgradeStatus(`${relay.url}/openclaw/`)).toBe(404);
    expect(await upgradeStatus(`${relay.url}/?x=1`)).toBe(101);
  });
});

describe('an origin', () => {
  const status = async (options: Partial<RelayOptions>, origin: string | undefined, path = '/') => {
    const relay = await startRelay({ ...authenticated, ...options });
    return upgradeStatus(relay.url + path, origin === undefined ? {} : { origin });
  };

  it('that is unknown is refused with 403', async () => {
    expect(await status({}, 'https://evil.example')).toBe(403);
    expect(await status({ origins: ['https://app.example'] }, 'https://app.example.evil.example')).toBe(403);
    expect(await status({ origins: ['https://app.example'] }, 'http://app.example')).toBe(403);
    expect(await status({}, 'null')).toBe(403);
  });

  it('that is listed may connect, and so may what has none', async () => {
    expect(await status({ origins: ['https://app.example'] }, 'https://app.example')).toBe(101);
    expect(await status({ origins: ['*'] }, 'https://any.example')).toBe(101);
    expect(await status({}, undefined)).toBe(101);
  });

  it('may be decided by a function, whose failure lets nobody in', async () => {
    expect(await status({ origins: (origin) => origin.endsWith('.example') }, 'https://a.example')).toBe(101);
    expect(await status({ origins: () => false }, 'https://a.example')).toBe(403);
    const origins = () => {
      throw new Error('secret detail');
    };
    expect(await status({ origins }, 'https://a.example')).toBe(500);
  });

  it('of the relay itself may connect', async () => {
    const relay = await startRelay(authenticated);
    expect(await upgradeStatus(relay.url, { origin: relay.url.replace('ws', 'http') })).toBe(101);
    expect(await upgradeStatus(relay.url, { origin: 'http://127.0.0.1:1' })).toBe(403);
  });

  it('never comes from an agent', async () => {
    expect(await status({ origins: ['*'] }, 'https://app.example', '/openclaw')).toBe(403);
  });
});

describe('development mode', () => {
  it('lets pages of this machine in, and no others', async () => {
    const relay = await startRelay();
    for (const origin of [
      'http://localhost:5173',
      'http://127.0.0.1',
      'http://[::1]:80',
      'http://app.localhost',
    ]) {
      expect([origin, await upgradeStatus(relay.url, { origin })]).toEqual([origin, 101]);
    }
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'http://127.evil.example',
      'null',
    ]) {
      expect([origin, await upgradeStatus(relay.url, { origin })]).toEqual([origin, 403]);
    }
  });

  it('trusts no page because it reached the relay by the page’s own name', async () => {
    const relay = await startRelay();
    const host = `evil.example:${new URL(relay.url).port}`;
    expect(await upgradeStatus(relay.url, { origin: `http://${host}`, headers: { host } })).toBe(403);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'refuses what came through a proxy: %s',
    async (header) => {
      const relay = await startRelay();
      expect(await upgradeStatus(relay.url, { headers: { [header]: '127.0.0.1' } })).toBe(403);
      expect(await upgradeStatus(relay.agentUrl, { headers: { [header]: '127.0.0.1' } })).toBe(403);
    },
  );

  it('leaves the hooks that are given in force', async () => {
    const relay = await startRelay({ development: true, authenticate: () => undefined });
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send({ type: 'hello', role: 'client', versions: [1], source: 'alice' });
    expect(await peer.nextFrame()).toMatchObject({ code: 'unauthenticated' });
    await relay.agent();
  });
});

describe('the subprotocol', () => {
  it('is selected among others', async () => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client', { protocols: ['other', 'websocket-channel.v1'] });
    expect(peer.socket.protocol).toBe('websocket-channel.v1');
  });

  it('has to be offered, unless older peers are served', async () => {
    const relay = await startRelay();
    expect(await upgradeStatus(relay.url, { protocols: [] })).toBe(426);
    expect(await upgradeStatus(relay.url, { protocols: ['websocket-channel.v2'] })).toBe(426);
    const legacy = await startRelay({ legacy: true });
    expect(await upgradeStatus(legacy.url, { protocols: [] })).toBe(101);
    expect(await upgradeStatus(legacy.url, { protocols: ['websocket-channel.v2'] })).toBe(426);
  });

  it('is not compressed', async () => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client', { perMessageDeflate: true });
    expect(peer.socket.extensions).toBe('');
  });
});

describe('on the server of a host', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function host(mounted: (relay: Relay) => void = () => {}): Promise<{ url: string; relay: Relay }> {
    const relay = createRelay({ development: true, paths: { clients: '/chat', agents: '/chat/agent' } });
    const server = createServer((_, response) => response.end('the host'));
    mounted(relay);
    relay.mount(server);
    server.on('upgrade', ({ url }, socket) => {
      if (url === '/own') socket.end('HTTP/1.1 418 I am a teapot\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(
      () => relay.close(),
      () => server.close(),
    );
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, relay };
  }

  it('serves its own paths and leaves everything else to the host', async () => {
    const { url } = await host();
    expect(await upgradeStatus(`${url}/chat`)).toBe(101);
    expect(await upgradeStatus(`${url}/chat/agent`)).toBe(101);
    expect(await upgradeStatus(`${url}/own`)).toBe(418);
    expect(await (await fetch(url.replace('ws', 'http'))).text()).toBe('the host');
  });

  it('leaves the server to the host when it closes', async () => {
    const { url, relay } = await host();
    await relay.close();
    expect(await (await fetch(url.replace('ws', 'http'))).text()).toBe('the host');
    expect(await upgradeStatus(`${url}/own`)).toBe(418);
  });

  it('survives a peer that breaks off in the middle of its upgrade', async () => {
    const { url } = await host();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(socket, 'data');
    socket.resetAndDestroy();
    expect(await upgradeStatus(`${url}/chat`)).toBe(101);
  });
});

describe('the address that connections are counted by', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
