import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that Linux, macOS and Windows hand out by themselves: none goes to somebody else before it is used, or while its program is down. */
const lowest = 20_000;
const count = 12_000;
/** So many ports further on begins the process that was started next. */
const apart = 61;

let taken = process.pid * apart;

/**
 * A TCP port on loopback that nobody listens on now.
 *
 * @param preferred - taken when it is free; 0 means any. @default 0
 * @throws when no port can be listened on.
 */
export async function freePort(preferred = 0): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < count; attempt++) {
    const port = lowest + (taken++ % count);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${lowest} to ${lowest + count - 1} can be listened on`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
