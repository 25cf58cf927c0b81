/** Derives the plugin's manifest and the table in its README from its configuration schema. `--check` writes nothing and fails on a difference. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChannelSchema, memberHints } from '../src/config-schema.ts';
import { environmentVariables } from '../src/environment.ts';
import { lenientMembers } from './lenient.ts';

const root = join(import.meta.dirname, '..');
const { version, description, openclaw } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const { id, label } = openclaw.channel;

const manifest = {
  id,
  name: label,
  description,
  version,
  activation: { onStartup: false },
  doctorContract: { configRepair: true },
  channels: [id],
  channelEnvVars: { [id]: Object.values(environmentVariables) },
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  channelConfigs: {
    [id]: {
      label,
      description: openclaw.channel.blurb,
      schema: lenientMembers(ChannelSchema),
      uiHints: memberHints,
    },
  },
};

// Formatted as the rest of the repository, so that the formatter has nothing to change.
const manifestText = execFileSync(
  process.execPath,
  [
    fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome')),
    'format',
    '--stdin-file-path=manifest.json',
  ],
  { input: JSON.stringify(manifest, null, 2), encoding: 'utf8', cwd: root },
);

const rows = Object.entries(ChannelSchema.properties).map(([key, { description = '' }]) => {
  const [, meaning = '', fallback = ''] = /^(.*?)\.?(?: Default: (.*)\.)?$/s.exec(description) ?? [];
  return `| \`${key}\` | ${fallback} | ${meaning} |`;
});
const table = ['| key | default | meaning |', '|---|---|---|', ...rows].join('\n');
const readme = join(root, 'README.md');
const readmeText = (await readFile(readme, 'utf8')).replace(
  /(<!-- configuration -->\n)[\s\S]*(<!-- \/configuration -->)/,
  (_, begin: string, end: string) => `${begin}${table}\n${end}`,
);

const check = process.argv.includes('--check');
for (const [file, text] of [
  [join(root, 'openclaw.plugin.json'), manifestText],
  [readme, readmeText],
] as const) {
  const name = basename(file);
  if ((await readFile(file, 'utf8').catch(() => '')) === text) {
    console.log(`channel-plugin: ${name} is up to date`);
  } else if (check) {
    console.error(`channel-plugin/${name} is not what the configuration schema says`);
    console.error('Run: npm run generate -w channel-plugin');
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    console.log(`channel-plugin: ${name} written`);
  }
}
