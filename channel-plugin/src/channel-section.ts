import { channelId } from './channel-id.ts';
import type { ChannelConfig } from './config-schema.ts';

/** A configuration of the Gateway, as far as a channel reads it. */
export interface ConfigWithChannels {
  readonly channels?: object | undefined;
}

/** The channel's section of the Gateway's configuration. Its values are not checked: accounts.ts does that. */
export const channelSection = ({ channels }: ConfigWithChannels): ChannelConfig | undefined =>
  (channels as Readonly<Record<string, ChannelConfig | undefined>> | undefined)?.[channelId];

/** The same configuration with members of an account changed: at the root of the section for the account `default`. */
export function withAccount<C extends ConfigWithChannels>(
  config: C,
  accountId: string,
  change: Readonly<Record<string, unknown>>,
): C {
  const section = channelSection(config) ?? {};
  const key = storedKey(section, accountId);
  if (key === undefined && accountId === 'default') return withSection(config, { ...section, ...change });
  const name = key ?? accountId;
  return withSection(config, {
    ...section,
    accounts: { ...section.accounts, [name]: { ...section.accounts?.[name], ...change } },
  });
}

/** The same configuration without an account. The account `default` leaves what others inherit from the root. */
export function withoutAccount<C extends ConfigWithChannels>(config: C, accountId: string): C {
  const section = channelSection(config) ?? {};
  const key = storedKey(section, accountId);
  if (key === undefined) {
    if (accountId !== 'default') return config;
    const { mode: _mode, relayUrl: _url, token: _token, config: _nested, ...rest } = section;
    return withSection(config, rest);
  }
  const { [key]: _removed, ...accounts } = section.accounts ?? {};
  return withSection(config, { ...section, accounts });
}

/** The name of an account as the operator wrote it; ids differ from it in case. */
const storedKey = ({ accounts }: ChannelConfig, accountId: string): string | undefined =>
  Object.keys(accounts ?? {}).find((name) => name.trim().toLowerCase() === accountId.toLowerCase());

const withSection = <C extends ConfigWithChannels>(config: C, section: object): C => ({
  ...config,
  channels: { ...config.channels, [channelId]: section },
});
