import { createServer } from 'node:http';
import { createRelay } from '@websocket-channel/sdk-relay';

const { ALICE_TOKEN, AGENT_TOKEN, PORT = '8765' } = process.env;
if (!ALICE_TOKEN || !AGENT_TOKEN) throw new Error('Set ALICE_TOKEN and AGENT_TOKEN');

// Whoever your application knows, by token; the lookup may be asynchronous.
const people = new Map([[ALICE_TOKEN, { source: 'alice', name: 'Alice' }]]);

const server = createServer((_request, response) => response.end('Your application'));
const relay = createRelay({
  authenticate: ({ token }) => people.get(token ?? ''),
  agentTokens: { default: AGENT_TOKEN },
  origins: ['http://localhost:5173'],
});
relay.mount(server);
server.listen(Number(PORT), '127.0.0.1', () => console.log('Relay at', server.address()));
