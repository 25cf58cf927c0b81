/**
 * A process of its own that outlives its starter by a moment: on its input it is told `+<pid>` and `-<pid>`, and when the
 * input ends, which it does however the starter has ended, it ends the process groups that are left.
 */
import { createInterface } from 'node:readline';

const groups = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(pid);
  else groups.delete(pid);
}

for (const pid of groups) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
