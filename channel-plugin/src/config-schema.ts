/**
 * The section `channels.websocket-channel` of the Gateway's configuration. This file is read when the manifest is
 * generated, never at run time.
 */
import { type Static, Type } from '@sinclair/typebox';

// The Gateway would write a schema's `default` into each account, where it would hide what the account inherits:
// defaults are therefore prose here and values in accounts.ts.
const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description });

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
  enabled: Type.Optional(Type.Boolean({ description: 'Whether to connect. Default: true.' })),
  name: Type.Optional(Type.String({ description: 'Name under which the agent appears in apps.' })),
  relayUrl: Type.Optional(
    Type.String({
      description: 'Agent address of the relay: ws:// or wss://, such as wss://relay.example.com/openclaw.',
    }),
  ),
  token: Type.Optional(Secret('Token that the relay gave to this agent, or a reference to a secret.')),
  dmPolicy: Type.Optional(
    oneOf(
      ['pairing', 'allowlist', 'open', 'disabled'],
      'Who may talk to the agent in a conversation of their own. `pairing`: whoever you approve. `open` needs `allowFrom: ["*"]`. Default: `pairing`.',
    ),
  ),
  allowFrom: Type.Optional(
    Participants('Participants who may talk to the agent, as the relay names them; `"*"` is everybody.'),
  ),
  groupPolicy: Type.Optional(
    oneOf(
      ['allowlist', 'open', 'disabled'],
      'Who may talk to the agent in a conversation that several participants share. Default: `allowlist`.',
    ),
  ),
  groupAllowFrom: Type.Optional(
    Participants('Participants who may talk to the agent in shared conversations. Absent: `allowFrom`.'),
  ),
  requireMention: Type.Optional(
    Type.Boolean({
      description: 'Whether the agent answers in shared conversations only when mentioned. Default: true.',
    }),
  ),
  streaming: Type.Optional(
    oneOf(
      ['token', 'block', 'none'],
      'How replies arrive: as they are written, block by block, or whole. Default: `token`.',
    ),
  ),
  defaultTo: Type.Optional(
    Type.String({ description: 'Participant or conversation that messages without a target go to.' }),
  ),
  mediaMaxMb: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1024,
      description: 'Megabytes of one attached file, in either direction. Default: 20.',
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
      { additionalProperties: false },
    ),
  ),
};

// A member that this version does not know is a finding of the channel's (accounts.ts). Were it illegal here, a slip of the
// pen or an older plugin would keep the whole Gateway from starting.
export const AccountSchema = Type.Object(accountMembers);

export const ChannelSchema = Type.Object({
  ...accountMembers,
  accounts: Type.Optional(
    Type.Record(Type.String(), AccountSchema, {
      description:
        'Further agents, each with a connection of its own; what one leaves out it takes from above.',
    }),
  ),
  defaultAccount: Type.Optional(Type.String({ description: 'Account that is meant when none is named.' })),
  config: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(Type.Boolean({ description: 'Same as `enabled` above.' })),
        wsUrl: Type.Optional(Type.String({ description: 'Same as `relayUrl` above.' })),
      },
      { description: 'The earlier, nested form. Prefer `relayUrl`.' },
    ),
  ),
});

/** The configuration of one account, as written by the operator. */
export type AccountConfig = Static<typeof AccountSchema>;

/** The configuration of the channel, as written by the operator. */
export type ChannelConfig = Static<typeof ChannelSchema>;
