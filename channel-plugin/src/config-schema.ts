/**
 * The section `channels.websocket-channel` of the Gateway's configuration. The manifest, what the channel checks at run time
 * and the table in the README are derived from it by scripts/generate.ts; this file itself is never read at run time.
 */
import { type Static, Type } from '@sinclair/typebox';

/** How a member is shown: in the Control UI and, with its default, in the README. */
export interface MemberHint {
  readonly label: string;
  readonly placeholder?: string;
  readonly advanced?: true;
  readonly sensitive?: true;
}

// The Gateway would write a schema's `default` into each account, where it would hide what the account inherits:
// defaults are therefore prose here and values in accounts.ts.
const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', anyOf: values.map((value) => ({ const: value })), description });

const Participants = (description: string) =>
  Type.Array(Type.Union([Type.String(), Type.Number()]), { description });

const Secret = (description: string) =>
  Type.Union(
    [
      Type.String(),
      Type.Object(
        {
          source: oneOf(['env', 'file', 'exec'], 'Where the secret is kept.'),
          provider: Type.String({ description: 'Name of the secret provider.' }),
          id: Type.String({ description: 'Name of the secret there.' }),
        },
        { additionalProperties: false },
      ),
    ],
    { description },
  );

const accountMembers = {
  enabled: Type.Optional(Type.Boolean({ description: 'Whether to connect. Default: `true`.' })),
  mode: Type.Optional(
    oneOf(
      ['relay', 'embedded'],
      'Where the relay is: `relay` at `relayUrl`, `embedded` inside the Gateway, with a chat page for this machine. Default: `relay`.',
    ),
  ),
  relayUrl: Type.Optional(
    Type.String({
      description:
        'Agent address of the relay, `ws://` or `wss://`, such as `wss://relay.example.com/openclaw`. Default: the variable `WEBSOCKET_CHANNEL_RELAY_URL`.',
    }),
  ),
  token: Type.Optional(
    Secret(
      'What the relay knows this agent by: text, or a reference to a secret. Default: the variable `WEBSOCKET_CHANNEL_TOKEN`.',
    ),
  ),
  embedded: Type.Optional(
    Type.Object(
      {
        port: Type.Optional(
          Type.Integer({
            exclusiveMinimum: 0,
            maximum: 65_535,
            description: 'Port of the page and the relay.',
          }),
        ),
        host: Type.Optional(Type.String({ description: 'Address of this machine to listen at.' })),
      },
      {
        description:
          'Where the embedded relay and its page are: `port`, and `host`, an IP address of this machine. Default: `{"port": 18780, "host": "127.0.0.1"}`.',
      },
    ),
  ),
  name: Type.Optional(Type.String({ description: 'Name of the agent in apps; `@name` mentions it.' })),
  dmPolicy: Type.Optional(
    oneOf(
      ['pairing', 'allowlist', 'open', 'disabled'],
      'Who may talk to the agent: `pairing` whom you approve, `allowlist` who is in `allowFrom`, `open` everybody, `disabled` nobody. Default: `pairing`.',
    ),
  ),
  allowFrom: Type.Optional(
    Participants('Participants, as the relay names them; `open` needs `["*"]`. Default: `[]`.'),
  ),
  groupPolicy: Type.Optional(
    oneOf(
      ['allowlist', 'open', 'disabled'],
      'The same for conversations that several share: `allowlist`, `open`, `disabled`. Default: `allowlist`.',
    ),
  ),
  groupAllowFrom: Type.Optional(Participants('Participants in such conversations. Default: `allowFrom`.')),
  requireMention: Type.Optional(
    Type.Boolean({ description: 'Whether the agent answers there only when mentioned. Default: `true`.' }),
  ),
  streaming: Type.Optional(
    oneOf(
      ['token', 'block', 'none'],
      'How answers arrive: `token` as they are written, `block` block by block, `none` only when finished. Default: `token`.',
    ),
  ),
  progress: Type.Optional(
    oneOf(
      ['none', 'tools', 'reasoning'],
      'What apps that look on are told while a turn goes on: `tools` which tools the agent uses and what it says before, `reasoning` also what it thinks. Nothing of it is stored. Default: `tools`.',
    ),
  ),
  defaultTo: Type.Optional(Type.String({ description: 'Where messages without a target go.' })),
  mediaMaxMb: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1024,
      description: 'Megabytes of one attached file, in either direction. Default: 20.',
    }),
  ),
  reconnectMaxSeconds: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 3600,
      description:
        'Seconds between two attempts to connect, at most; the first ones come sooner. Default: 30.',
    }),
  ),
  responsePrefix: Type.Optional(Type.String({ description: 'Text that OpenClaw puts before each reply.' })),
  configWrites: Type.Optional(
    Type.Boolean({ description: 'Whether commands from this channel may change the configuration.' }),
  ),
  healthMonitor: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(
          Type.Boolean({ description: 'Whether the Gateway restarts the channel when it looks stuck.' }),
        ),
      },
      { description: 'How the Gateway watches the channel.' },
    ),
  ),
};

export const AccountSchema = Type.Object(accountMembers);

export const ChannelSchema = Type.Object({
  ...accountMembers,
  accounts: Type.Optional(
    Type.Unsafe<Record<string, Static<typeof AccountSchema>>>({
      type: 'object',
      additionalProperties: AccountSchema,
      description:
        'Further agents by name, each with a connection of its own; what one leaves out it takes from above.',
    }),
  ),
  defaultAccount: Type.Optional(
    Type.String({ description: 'The account that is meant when none is named. Default: `default`.' }),
  ),
  config: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(Type.Boolean({ description: 'Same as `enabled` above.' })),
        wsUrl: Type.Optional(Type.String({ description: 'Same as `relayUrl` above.' })),
      },
      { description: 'The earlier, nested form. `openclaw doctor --fix` turns it into the flat one.' },
    ),
  ),
});

export const memberHints: Readonly<Record<string, MemberHint>> = {
  enabled: { label: 'Connect' },
  mode: { label: 'Relay' },
  relayUrl: { label: 'Relay address', placeholder: 'wss://relay.example.com/openclaw' },
  token: { label: 'Agent token', sensitive: true },
  embedded: { label: 'Embedded relay', advanced: true },
  'embedded.port': { label: 'Port', placeholder: '18780', advanced: true },
  'embedded.host': { label: 'Address', placeholder: '127.0.0.1', advanced: true },
  name: { label: 'Agent name' },
  dmPolicy: { label: 'Who may talk to the agent' },
  allowFrom: { label: 'Allowed participants' },
  groupPolicy: { label: 'Who may talk in shared conversations' },
  groupAllowFrom: { label: 'Allowed in shared conversations', advanced: true },
  requireMention: { label: 'Answer only when mentioned', advanced: true },
  streaming: { label: 'Streaming' },
  progress: { label: 'Progress of a turn', advanced: true },
  defaultTo: { label: 'Default target', advanced: true },
  mediaMaxMb: { label: 'Largest file (MB)', advanced: true },
  reconnectMaxSeconds: { label: 'Longest wait to reconnect (s)', advanced: true },
  responsePrefix: { label: 'Reply prefix', advanced: true },
  configWrites: { label: 'Allow configuration commands', advanced: true },
  healthMonitor: { label: 'Health monitor', advanced: true },
  'healthMonitor.enabled': { label: 'Restart when stuck', advanced: true },
  accounts: { label: 'Accounts', advanced: true },
  'accounts.*.token': { label: 'Agent token', sensitive: true },
  defaultAccount: { label: 'Default account', advanced: true },
  config: { label: 'Earlier nested form', advanced: true },
};

/** The configuration of one account, as written by the operator and checked by the channel. */
export type AccountConfig = Static<typeof AccountSchema>;

/** The configuration of the channel, as written by the operator and checked by the channel. */
export type ChannelConfig = Static<typeof ChannelSchema>;
