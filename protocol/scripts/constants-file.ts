import { capabilities } from '../src/capabilities.ts';
import { closeCodes } from '../src/close-codes.ts';
import { errorCodes } from '../src/error-codes.ts';
import { limits } from '../src/limits.ts';
import { requirements } from '../src/requirements.ts';
import { subprotocol, versions } from '../src/versions.ts';

/** What is not schema, for languages that cannot import the package: names, bounds, codes and requirements. */
export const constantsFile = (): [string, string] => [
  'schema/draft/constants.json',
  `${JSON.stringify(
    {
      subprotocol,
      versions,
      capabilities: Object.values(capabilities),
      limits,
      errorCodes,
      closeCodes,
      requirements,
    },
    null,
    2,
  )}\n`,
];
