import type { ChannelSetupWizard } from 'openclaw/plugin-sdk/channel-setup';
import { defaultAccountId, isUsable, resolveAccount } from '../accounts.ts';
import { channelId } from '../channel-id.ts';
import { type ConfigWithChannels, channelSection, withAccount } from '../channel-section.ts';
import { environmentVariables } from '../environment.ts';
import { usableUrl } from '../relay-address.ts';
import { normalizeParticipant } from '../targets.ts';

const accountOf = (cfg: ConfigWithChannels, accountId?: string | undefined) =>
  resolveAccount(channelSection(cfg), accountId);

const isInGateway = (cfg: ConfigWithChannels, accountId: string): boolean =>
  accountOf(cfg, accountId).embedded !== undefined;

const participants = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map(normalizeParticipant)
    .filter((entry) => entry !== '');

/** What `openclaw channels add` and the Control UI ask a person for, one thing after the other. */
export const setupWizard: ChannelSetupWizard = {
  channel: channelId,
  status: {
    configuredLabel: 'configured',
    unconfiguredLabel: 'needs a relay, or mode embedded',
    resolveConfigured: ({ cfg, accountId }) => isUsable(accountOf(cfg, accountId)),
    resolveStatusLines: ({ cfg, accountId }) =>
      accountOf(cfg, accountId).findings.map(({ key, message }) => `${key} ${message}`),
  },
  introNote: {
    title: 'WebSocket relay',
    lines: [
      'Your app and this Gateway both connect to a relay. It is on a server, for people of your app, or inside this Gateway,',
      'with a chat page for this machine.',
    ],
  },
  async prepare({ cfg, accountId, prompter }) {
    const present = isInGateway(cfg, accountId) ? 'embedded' : 'relay';
    const mode = await prompter.select({
      message: 'Where is the relay?',
      options: [
        { value: 'relay', label: 'On a server', hint: 'which gave this agent an address and a token' },
        { value: 'embedded', label: 'In this Gateway', hint: 'with a chat page for this machine' },
      ],
      initialValue: present,
    });
    return mode === present ? undefined : { cfg: withAccount(cfg, accountId, { enabled: true, mode }) };
  },
  stepOrder: 'text-first',
  textInputs: [
    {
      inputKey: 'relayUrl',
      message: 'Agent address of the relay',
      placeholder: 'wss://relay.example.com/openclaw',
      required: true,
      helpTitle: 'A relay on a server',
      helpLines: [
        'You need the address at which agents connect to it, and the token that it gave to this agent.',
      ],
      shouldPrompt: ({ cfg, accountId }) => !isInGateway(cfg, accountId),
      confirmCurrentValue: true,
      keepPrompt: (value) => `Keep the relay ${value}?`,
      currentValue: ({ cfg, accountId }) => accountOf(cfg, accountId).relayUrl,
      validate: ({ value }) => {
        let problem: string | undefined;
        usableUrl(value, (message) => {
          problem = `The address ${message}`;
          return undefined;
        });
        return problem;
      },
      normalizeValue: ({ value }) => value.trim(),
      applySet: ({ cfg, accountId, value }) =>
        withAccount(cfg, accountId, { enabled: true, relayUrl: value }),
    },
  ],
  credentials: [
    {
      inputKey: 'token',
      providerHint: channelId,
      credentialLabel: 'agent token',
      preferredEnvVar: environmentVariables.token,
      envPrompt: `Use the token in ${environmentVariables.token}?`,
      keepPrompt: 'Keep the present token?',
      inputPrompt: 'Token that the relay gave to this agent',
      allowEnv: ({ accountId }) => accountId === defaultAccountId,
      shouldPrompt: ({ cfg, accountId }) => !isInGateway(cfg, accountId),
      inspect({ cfg, accountId }) {
        const { token, relayUrl } = accountOf(cfg, accountId);
        const envValue = process.env[environmentVariables.token];
        return {
          accountConfigured: relayUrl !== undefined && token !== undefined,
          hasConfiguredValue: token !== undefined,
          ...(token !== undefined && { resolvedValue: token }),
          ...(envValue && accountId === defaultAccountId && { envValue }),
        };
      },
      applyUseEnv: ({ cfg, accountId }) => withAccount(cfg, accountId, { enabled: true, token: undefined }),
      applySet: ({ cfg, accountId, value }) => withAccount(cfg, accountId, { enabled: true, token: value }),
    },
  ],
  dmPolicy: {
    label: 'WebSocket',
    channel: channelId,
    policyKey: `channels.${channelId}.dmPolicy`,
    allowFromKey: `channels.${channelId}.allowFrom`,
    getCurrent: (cfg, accountId) => accountOf(cfg, accountId).dmPolicy,
    setPolicy(cfg, dmPolicy, accountId = defaultAccountId) {
      const { allowFrom } = accountOf(cfg, accountId);
      const named = allowFrom.filter((entry) => entry !== '*');
      return withAccount(cfg, accountId, {
        dmPolicy,
        ...(dmPolicy === 'open'
          ? { allowFrom: [...named, '*'] }
          : named.length !== allowFrom.length && { allowFrom: named }),
      });
    },
  },
  allowFrom: {
    message: 'Participants who may talk to the agent, as the relay names them',
    placeholder: 'alice, bob',
    invalidWithoutCredentialNote: '',
    parseInputs: participants,
    parseId: (raw) => participants(raw)[0] ?? null,
    resolveEntries: async ({ entries }) =>
      entries.map((input) => {
        const id = normalizeParticipant(input);
        return { input, resolved: id !== '', id: id === '' ? null : id };
      }),
    apply: ({ cfg, accountId, allowFrom }) =>
      withAccount(cfg, accountId, {
        allowFrom: [...new Set([...accountOf(cfg, accountId).allowFrom, ...allowFrom])],
      }),
  },
  async finalize({ cfg, accountId, prompter }) {
    const { embedded } = accountOf(cfg, accountId);
    if (embedded === undefined) return;
    await prompter.note(
      `Open ${embedded.pageUrl} in a browser on this machine. It tells you how to approve it.`,
      'Chat page',
    );
  },
  disable: (cfg) => withAccount(cfg, defaultAccountId, { enabled: false }),
};
