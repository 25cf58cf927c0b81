import { spawnSync } from 'node:child_process';
import { aptInstall, mayInstall } from './apt.mjs';

const packages = ['python3', 'python3-aiohttp', 'python3-jsonschema'];

/** Path of a Python that has the packages of the examples: `PYTHON_PATH`, or where systems put it. */
const findPython = () =>
  [process.env.PYTHON_PATH, '/usr/bin/python3', 'python3'].find(
    (path) => path && spawnSync(path, ['-c', 'import aiohttp, jsonschema']).status === 0,
  );

/**
 * Finds a Python with aiohttp and jsonschema; installs Debian's where there is none and this process may.
 *
 * @returns {Promise<string>} its path
 */
export async function ensurePython() {
  const found = findPython();
  if (found) return found;
  if (!mayInstall()) {
    throw new Error(
      'The tests of other languages need Python 3.11 with aiohttp and jsonschema: install them ' +
        `(Debian: apt-get install ${packages.join(' ')}), or name such a Python in PYTHON_PATH`,
    );
  }
  await aptInstall('Python', packages);
  const installed = findPython();
  if (!installed) throw new Error('apt-get installed Python, but it does not find aiohttp and jsonschema');
  return installed;
}
