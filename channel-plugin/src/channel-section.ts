import { channelId } from './channel-id.ts';
import type { ChannelConfig } from './config-schema.ts';

/** A configuration of the Gateway, as far as a channel reads it. */
export interface ConfigWithChannels {
  readonly channels?: object | undefined;
}

/** The channel's section of the Gateway's configuration, which the Gateway has validated against the manifest. */
export const channelSection = ({ channels }: ConfigWithChannels): ChannelConfig | undefined =>
  (channels as Readonly<Record<string, ChannelConfig | undefined>> | undefined)?.[channelId];

/** The same configuration with members of an account changed: at the root of the section for the account `default`. */
export function withAccount<C extends ConfigWithChannels>(
  config: C,
  accountId: string,
  change: Readonly<Record<string, unknown>>,
): C {
  const section = channelSection(config) ?? {};
  const changed =
    accountId === 'default' && section.accounts?.default === undefined
      ? { ...section, ...change }
      : {
          ...section,
          accounts: {
            ...section.accounts,
            [accountId]: { ...section.accounts?.[accountId], ...change },
          },
        };
  return { ...config, channels: { ...config.channels, [channelId]: changed } };
}
