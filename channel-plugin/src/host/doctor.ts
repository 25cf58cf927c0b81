import type { ChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import { sectionFindings } from '../accounts.ts';
import { channelSection } from '../channel-section.ts';

/** What `openclaw doctor` tells about the configuration; what it repairs is in doctor-contract-api.ts. */
export const doctor: NonNullable<ChannelPlugin['doctor']> = {
  dmAllowFromMode: 'topOnly',
  groupModel: 'sender',
  groupAllowFromFallbackToAllowFrom: true,
  // Its own finding tells when an empty list is hardly meant.
  warnOnEmptyGroupSenderAllowlist: false,
  collectPreviewWarnings: ({ cfg }) =>
    sectionFindings(channelSection(cfg)).map(({ key, message }) => `- ${key} ${message}.`),
};
