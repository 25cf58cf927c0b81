/** Puts the built chat page into the built plugin, which serves it beside an embedded relay. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const page = join(root, 'dist/page');
await rm(page, { recursive: true, force: true });
await cp(join(root, '../examples/vue-chat/dist'), page, { recursive: true });
