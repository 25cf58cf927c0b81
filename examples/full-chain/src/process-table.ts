import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** One living process. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** Every living process of this machine, zombies left out; empty where there is no `ps`. */
export async function livingProcesses(): Promise<ProcessRow[]> {
  const args = ['-A', '-o', 'pid=,ppid=,pgid=,stat='];
  const { stdout } = await promisify(execFile)('ps', args, { maxBuffer: 16 * 1024 * 1024 }).catch(() => ({
    stdout: '',
  }));
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , , state]) => pid && !state?.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }));
}

/** The ids of a process, of its process group and of everything below it in the tree. */
export function familyOf(pid: number, table: readonly ProcessRow[]): Set<number> {
  const family = new Set(table.filter((row) => row.pid === pid || row.group === pid).map((row) => row.pid));
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    for (const row of table) if (family.has(row.parent)) family.add(row.pid);
  }
  return family;
}
