import { defineChannelSetupContract } from 'openclaw/plugin-sdk/channel-setup';
import { resolveAccount } from '../accounts.ts';
import { channelSection, withAccount } from '../channel-section.ts';
import { setupFields } from '../setup-fields.ts';

/** `openclaw channels add --channel websocket-channel --relay-url …`. */
export const setupContract: ReturnType<typeof defineChannelSetupContract> = defineChannelSetupContract({
  fields: setupFields,
  adapter: {
    validateInput({ cfg, accountId, input }) {
      const next = withAccount(cfg, accountId, defined(input));
      const finding = resolveAccount(channelSection(next), accountId).findings.find(
        ({ severity }) => severity === 'error',
      );
      return finding === undefined ? null : `${finding.key} ${finding.message}`;
    },
    applyAccountConfig: ({ cfg, accountId, input }) =>
      withAccount(cfg, accountId, { ...defined(input), enabled: true }),
    // The root stays what all accounts inherit from, and where `default` lives.
    configPromotion: 'preserve-root',
    singleAccountKeysToMove: [],
  },
});

function defined({
  name,
  relayUrl,
  token,
  mode,
  allowFrom,
}: {
  name?: string | undefined;
  relayUrl?: string | undefined;
  token?: string | undefined;
  mode?: string | undefined;
  allowFrom?: readonly string[] | undefined;
}) {
  return {
    ...(name !== undefined && { name }),
    ...(relayUrl !== undefined && { relayUrl }),
    ...(token !== undefined && { token }),
    ...(mode !== undefined && { mode }),
    ...(allowFrom !== undefined && { allowFrom: [...allowFrom] }),
  };
}
