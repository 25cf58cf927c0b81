import type { IncomingMessage } from 'node:http';
import type { Authenticate, Credentials } from './identity.ts';

/** What came of examining a token; `failed`: the hook threw or took too long. */
export type Authentication<I> =
  | { readonly status: 'known'; readonly identity: I }
  | { readonly status: 'unknown' }
  | { readonly status: 'failed'; readonly error: unknown };

/**
 * Asks who a peer is: at once where the hook answers at once.
 *
 * @param timeoutMs How long the hook may take, in milliseconds.
 */
export function examine<I>(
  hook: Authenticate<I>,
  { token, claimed, request }: Credentials,
  timeoutMs: number,
  proceed: (authentication: Authentication<I>) => void,
): void {
  const known = (identity: I | undefined): Authentication<I> =>
    identity === undefined ? { status: 'unknown' } : { status: 'known', identity };
  let answer: I | undefined | Promise<I | undefined>;
  try {
    answer = hook({ token: token ?? bearer(request), claimed, request });
  } catch (error) {
    return proceed({ status: 'failed', error });
  }
  if (!isPromise(answer)) return proceed(known(answer));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  Promise.race([answer, late])
    .then(known, (error: unknown): Authentication<I> => ({ status: 'failed', error }))
    .then((authentication) => {
      clearTimeout(timer);
      proceed(authentication);
    });
}

const isPromise = <T>(answer: T | Promise<T>): answer is Promise<T> =>
  typeof answer === 'object' && answer !== null && 'then' in answer;

function bearer({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([!-~]{1,8192})$/i.exec(headers.authorization ?? '')?.[1];
}
