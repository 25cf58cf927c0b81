/** Lets a plain Node process run the sources of the workspace, as vitest does: no build in between. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const [, entry] = /^@websocket-channel\/protocol(?:\/(\w+))?$/.exec(specifier) ?? [];
    if (!specifier.startsWith('@websocket-channel/protocol')) return next(specifier, context);
    return next(new URL(`../../../protocol/src/${entry ?? 'index'}.ts`, import.meta.url).href, context);
  },
});
