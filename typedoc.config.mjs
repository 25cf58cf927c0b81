import { OptionDefaults } from 'typedoc';

export default {
  name: 'websocket-channel',
  entryPointStrategy: 'packages',
  entryPoints: ['protocol', 'sdk-client', 'sdk-relay', 'channel-plugin'],
  out: 'docs/api',
  readme: 'README.md',
  includeVersion: true,
  // Each package was held to its own exports; here they are merged, and refer to one another.
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  // Of each package: the root's values are not inherited.
  packageOptions: {
    entryPoints: ['src/index.ts'],
    // Types are checked by `tsc -b`.
    skipErrorChecking: true,
    disableGit: true,
    sourceLinkTemplate: '{path}#L{line}',
    // Generated types carry the bounds of arrays.
    blockTags: [...OptionDefaults.blockTags, '@minItems', '@maxItems'],
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Accessor', 'Method'],
    validation: { notExported: true, invalidLink: true, notDocumented: true },
  },
};
