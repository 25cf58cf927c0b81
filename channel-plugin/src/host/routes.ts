import type { OpenClawPluginApi } from 'openclaw/plugin-sdk/channel-core';
import { channelId } from '../channel-id.ts';
import { health, metrics } from './metrics.ts';

/** Routes of the Gateway's HTTP server: `/websocket-channel/health` for anybody, `/websocket-channel/metrics` for operators. */
export function registerRoutes(api: Pick<OpenClawPluginApi, 'registerHttpRoute'>): void {
  api.registerHttpRoute({
    path: `/${channelId}/health`,
    auth: 'plugin',
    match: 'exact',
    handler(_request, response) {
      const state = health();
      response.writeHead(state.ok ? 200 : 503, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(JSON.stringify(state));
      return true;
    },
  });
  api.registerHttpRoute({
    path: `/${channelId}/metrics`,
    auth: 'gateway',
    match: 'exact',
    async handler(_request, response) {
      const { type, text } = await metrics();
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(text);
      return true;
    },
  });
}
