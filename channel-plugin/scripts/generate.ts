/** Derives the plugin's manifest from its configuration schema. `--check` writes nothing and fails on a difference. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChannelSchema } from '../src/config-schema.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'openclaw.plugin.json');
const { version, description, openclaw } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const { id, label } = openclaw.channel;

const manifest = {
  id,
  name: label,
  description,
  version,
  activation: { onStartup: false },
  channels: [id],
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  channelConfigs: {
    [id]: {
      label,
      description: openclaw.channel.blurb,
      schema: ChannelSchema,
      uiHints: {
        relayUrl: { label: 'Relay address', placeholder: 'wss://relay.example.com/openclaw' },
        token: { label: 'Agent token', sensitive: true },
        name: { label: 'Agent name' },
        dmPolicy: { label: 'Who may talk to the agent' },
        allowFrom: { label: 'Allowed participants' },
        groupPolicy: { label: 'Who may talk in shared conversations' },
        groupAllowFrom: { label: 'Allowed in shared conversations', advanced: true },
        requireMention: { label: 'Answer only when mentioned', advanced: true },
        streaming: { label: 'Streaming' },
        defaultTo: { label: 'Default target', advanced: true },
        mediaMaxMb: { label: 'Largest file (MB)', advanced: true },
        responsePrefix: { label: 'Reply prefix', advanced: true },
        configWrites: { label: 'Allow configuration commands', advanced: true },
        'healthMonitor.enabled': { label: 'Restart when stuck', advanced: true },
        accounts: { label: 'Accounts', advanced: true },
        'accounts.*.token': { label: 'Agent token', sensitive: true },
        defaultAccount: { label: 'Default account', advanced: true },
        config: { label: 'Earlier nested form', advanced: true },
      },
    },
  },
};

// Formatted as the rest of the repository, so that the formatter has nothing to change.
const text = execFileSync(
  process.execPath,
  [fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome')), 'format', `--stdin-file-path=${file}`],
  { input: JSON.stringify(manifest, null, 2), encoding: 'utf8' },
);
const present = await readFile(file, 'utf8').catch(() => '');
if (!process.argv.includes('--check')) {
  if (present !== text) await writeFile(file, text);
  console.log(`channel-plugin: openclaw.plugin.json ${present === text ? 'is up to date' : 'written'}`);
} else if (present === text) {
  console.log('channel-plugin: openclaw.plugin.json is up to date');
} else {
  console.error('channel-plugin/openclaw.plugin.json is not what the configuration schema says');
  console.error('Run: npm run generate -w channel-plugin');
  process.exit(1);
}
