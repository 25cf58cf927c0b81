import { createSimpleChannelSecretContract } from 'openclaw/plugin-sdk/channel-secret-basic-runtime';
import { channelId } from '../channel-id.ts';

/** `token` may refer to a secret. */
export const contract = createSimpleChannelSecretContract({
  channelKey: channelId,
  label: 'WebSocket',
  accountFields: ['token'],
  channelFields: ['token'],
  mode: 'account-inheritance',
});
