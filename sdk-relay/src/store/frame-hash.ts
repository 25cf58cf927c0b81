import type { Append } from './store.ts';

/** A number by which a frame is found again, most likely without mistaking another for it: 30 bits, which V8 stores as they are. */
export function hashOf(type: Append['type'], id: string): number {
  let hash = 0x811c9dc5 ^ type.charCodeAt(0);
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
