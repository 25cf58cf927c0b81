import { stringify } from 'yaml';
import { type Direction, directions, type Message } from '../src/schema/message.ts';
import { subprotocol } from '../src/versions.ts';
import { type FrameSchema, frameSchemas } from './frame-schemas.ts';
import { definitions } from './schema-files.ts';

const components = '#/components/schemas/';

/** The path that a kind of peer connects to. */
const paths = {
  client: {
    address: '/',
    title: 'Clients',
    description: 'Where frontends connect; the operator may choose another path.',
  },
  agent: {
    address: '/openclaw',
    title: 'Agents',
    description: 'Where agents connect; the operator may choose another path.',
  },
} as const;
type Peer = keyof typeof paths;

const peerOf = (direction: Direction): Peer => (direction.includes('client') ? 'client' : 'agent');

/** The wire as AsyncAPI 3, seen from the relay, as AsyncAPI's `send` and `receive` need somebody who does it. */
export function asyncApiFile(registry: readonly Message[]): [string, string] {
  const frames = frameSchemas(registry);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'websocket-channel',
      version: '1.0.0',
      description:
        'Protocol v1 of websocket-channel, from the point of view of the relay: `receive` is what a client or an agent sends to it. PROTOCOL.md holds the rules that a schema cannot express.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      relay: {
        host: '{host}',
        protocol: 'wss',
        description: `A relay. It selects the subprotocol \`${subprotocol}\`.`,
        variables: {
          host: {
            default: 'relay.example.com',
            description: 'Host name, with the port where it is not 443.',
          },
        },
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: Object.fromEntries(
      Object.entries(paths).map(([peer, path]) => [
        peer,
        {
          ...path,
          servers: [{ $ref: '#/servers/relay' }],
          messages: Object.fromEntries(
            frames
              .filter((frame) => frame.directions.some((direction) => peerOf(direction) === peer))
              .map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
          ),
          bindings: { ws: { method: 'GET', headers: handshake, bindingVersion: '0.1.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(directions.map((direction) => [direction, operation(direction, frames)])),
    components: {
      messages: Object.fromEntries(frames.map((frame) => [frame.name, message(frame)])),
      schemas: Object.fromEntries(
        Object.entries(definitions(registry, components)).filter(
          ([name]) => !(directions as readonly string[]).includes(name),
        ),
      ),
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'password',
          description:
            'The token travels in the member `token` of `hello`, the first frame of a connection: never in the URL, and not in a header, since browsers cannot set one. `auth` renews it.',
        },
      },
    },
  };
  return [
    'asyncapi.yaml',
    `# Generated from the registry by protocol/scripts/generate.ts\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 110 })}`,
  ];
}

const handshake = {
  type: 'object',
  required: ['Sec-WebSocket-Protocol'],
  properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: subprotocol } },
};

function operation(direction: Direction, frames: readonly FrameSchema[]): object {
  const [from, to] = direction.split('-to-') as [string, string];
  const peer = peerOf(direction);
  return {
    action: to === 'relay' ? 'receive' : 'send',
    channel: { $ref: `#/channels/${peer}` },
    title: `From ${from} to ${to}`,
    summary: `Every frame that the ${from} sends to the ${to}.`,
    messages: frames
      .filter((frame) => frame.directions.includes(direction))
      .map(({ name }) => ({ $ref: `#/channels/${peer}/messages/${name}` })),
  };
}

function message({
  name,
  message: { type, planes, capability, requirements, examples },
  schema,
  directions: ways,
}: FrameSchema): object {
  return {
    name: type,
    title: name,
    summary: schema.description,
    description: [
      ...(capability === undefined
        ? []
        : [`Sent only to a peer that declared the capability \`${capability}\`.`]),
      `Bound by these requirements of PROTOCOL.md: ${requirements.join(', ')}.`,
    ].join(' '),
    tags: planes.map((plane) => ({ name: plane })),
    payload: { $ref: components + name },
    examples: examples
      .filter(({ direction }) => ways.includes(direction))
      .map(({ direction, frame }) => ({ name: direction, payload: frame })),
  };
}
