const INHERITED = /^(PATH|LANG|LC_.*|TZ|TMPDIR|SystemRoot|(HTTPS?|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS)$/i;

/** What a part of the chain sees of this process's environment: how to find programs and the network, and no secret. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name)));
}
