/** Variables that stand in for members of the account `default`; the manifest names them. */
export const environmentVariables = {
  relayUrl: 'WEBSOCKET_CHANNEL_RELAY_URL',
  token: 'WEBSOCKET_CHANNEL_TOKEN',
} as const;

/** What the environment says about the account `default`. An empty variable counts as absent. */
export function environmentOf(env: NodeJS.ProcessEnv): {
  readonly relayUrl?: string | undefined;
  readonly token?: string | undefined;
} {
  return {
    relayUrl: env[environmentVariables.relayUrl]?.trim() || undefined,
    token: env[environmentVariables.token]?.trim() || undefined,
  };
}
