/** Lets a plain Node process run the sources of the workspace, as vitest does: no build in between. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const [, name, entry = 'index'] = /^@websocket-channel\/([\w-]+)(?:\/(\w+))?$/.exec(specifier) ?? [];
    if (name === undefined) return next(specifier, context);
    return next(new URL(`../../../${name}/src/${entry}.ts`, import.meta.url).href, context);
  },
});
