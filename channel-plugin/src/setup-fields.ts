/** What `openclaw channels add --channel websocket-channel` asks for; package.json holds the same. */
export const setupFields = {
  relayUrl: {
    kind: 'string',
    cli: {
      flags: '--relay-url <url>',
      description: 'Agent address of the relay, such as wss://relay.example.com/openclaw',
    },
  },
  token: {
    kind: 'string',
    sensitive: true,
    cli: { flags: '--token <token>', description: 'Token that the relay gave to this agent' },
  },
  mode: {
    kind: 'string',
    cli: {
      flags: '--mode <mode>',
      description: '`embedded` for a relay and a chat page in the Gateway itself, in place of --relay-url',
    },
  },
  allowFrom: {
    kind: 'string-list',
    cli: { flags: '--allow-from <participants>', description: 'Participants who may talk to the agent' },
  },
} as const;
