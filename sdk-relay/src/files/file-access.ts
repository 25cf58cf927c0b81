import type { IncomingMessage } from 'node:http';
import { type Authentication, examine } from '../authentication.ts';
import type { Core } from '../core.ts';
import { isLocal } from '../development.ts';
import { type Authenticate, owns, type ParticipantIdentity } from '../identity.ts';
import { isAllowed } from '../upgrade.ts';
import { FileFault, notFound } from './file-fault.ts';

/** Who asks for files, and what it may have. */
export interface Asker {
  readonly source: string;
  /** Name by which its uploads are counted. */
  readonly key: string;
  /** @throws {FileFault} `forbidden` where the files of a conversation are not the asker's. */
  enter(conversation: string): Promise<void>;
}

/**
 * The origin of a page that may ask, or nothing for what is no page.
 *
 * @throws {FileFault} `forbidden`
 */
export function originOf(request: IncomingMessage, core: Core): string | undefined {
  if (core.options.development && !isLocal(request)) {
    throw new FileFault(403, 'forbidden', 'In development mode only this machine itself may connect');
  }
  const { origin } = request.headers;
  if (origin !== undefined && (isAgent(request) || !isAllowed(origin, request, core.options))) {
    throw new FileFault(403, 'forbidden', 'Pages of this origin may not connect');
  }
  return origin;
}

/**
 * Finds out who asks, by the same hooks as for a `hello`.
 *
 * @throws {FileFault} `unauthenticated`, `unavailable`
 */
export async function askerOf(request: IncomingMessage, core: Core): Promise<Asker> {
  const { authenticate, authenticateAgent, authorize } = core.options;
  if (isAgent(request)) {
    const { source } = await identify(authenticateAgent, request, core);
    return {
      source,
      key: `agent ${source}`,
      enter: async (conversation) => {
        if (!(await serves(core, source, conversation))) throw notFound();
      },
    };
  }
  const identity: ParticipantIdentity = await identify(authenticate, request, core);
  return {
    source: identity.source,
    key: `client ${identity.source}`,
    enter: async (conversation) => {
      if (!owns(identity, conversation) && !authorize(identity, conversation)) throw notFound();
    },
  };
}

const isAgent = ({ headers }: IncomingMessage): boolean => headers['websocket-channel-role'] === 'agent';

const serves = (core: Core, source: string, conversation: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    core.conversations.find(conversation, 0, (found) => {
      if (found === 'failed') reject(new FileFault(503, 'unavailable', 'The log cannot be opened'));
      else resolve(found !== 'unknown' && found.agent.source === source);
    });
  });

async function identify<I extends { readonly expiresAt?: number }>(
  hook: Authenticate<I>,
  request: IncomingMessage,
  { options, logger }: Core,
): Promise<I> {
  const claimed = request.headers['websocket-channel-source'];
  const credentials = { token: undefined, claimed: legalSource(claimed), request };
  const authentication = await new Promise<Authentication<I>>((resolve) => {
    examine(hook, credentials, options.authenticationTimeoutMs, resolve);
  });
  switch (authentication.status) {
    case 'known':
      if ((authentication.identity.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now()) {
        return authentication.identity;
      }
      throw new FileFault(401, 'unauthenticated', 'The token has expired');
    case 'unknown':
      throw new FileFault(401, 'unauthenticated', 'A valid token is needed');
    case 'failed':
      logger.error({ err: authentication.error }, 'the authentication failed');
      throw new FileFault(503, 'unavailable', 'The token cannot be examined now');
  }
}

const legalSource = (claimed: string | string[] | undefined): string | undefined =>
  typeof claimed === 'string' && /^[!-.0-~]{1,128}$/.test(claimed) ? claimed : undefined;
