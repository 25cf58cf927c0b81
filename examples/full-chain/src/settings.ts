import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** What a start chooses by itself and the next start in the same folder chooses again. */
export interface Settings {
  readonly gatewayPort: number;
  readonly gatewayToken: string;
  readonly agentToken: string;
  readonly standInPort: number;
}

/**
 * The settings of a folder: those of the last start as far as their ports are free, else new ones. A Gateway whose
 * configuration is the one of its last start is ready some seconds sooner.
 */
export async function settingsOf(folder: string): Promise<Settings> {
  const file = join(folder, 'settings.json');
  const last = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Partial<Settings>,
    () => ({}) as Partial<Settings>,
  );
  const settings = {
    gatewayPort: await freePort(last.gatewayPort),
    gatewayToken: last.gatewayToken ?? newToken(),
    agentToken: last.agentToken ?? newToken(),
    standInPort: await freePort(last.standInPort),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(settings, null, 2), { mode: 0o600 });
  return settings;
}

/** A secret that cannot be guessed. */
export const newToken = () => randomBytes(24).toString('base64url');
