import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The claim on a folder that only one run may use at a time. */
export interface FolderClaim {
  release(): Promise<void>;
}

/** Claims a folder for this process; `undefined` when a living process has claimed it. */
export async function claimFolder(folder: string): Promise<FolderClaim | undefined> {
  await mkdir(folder, { recursive: true });
  const claim = join(folder, 'pid');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(claim, String(process.pid), { flag: 'wx' });
      return { release: () => rm(claim, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAlive(Number(await readFile(claim, 'utf8').catch(() => '0')))) return undefined;
    // Its owner did not end in order.
    await rm(claim, { force: true });
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
