import { ClientError } from './errors.ts';

/** What watches over an upload. */
interface Watch {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((sent: number, total: number) => void) | undefined;
}

/** An answer over HTTP. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends the bytes of a file by POST. Browsers tell the progress of an upload to `XMLHttpRequest` alone. */
export const putFile = (
  url: string,
  file: Blob,
  headers: Record<string, string>,
  watch: Watch,
): Promise<Answer> =>
  typeof XMLHttpRequest === 'undefined'
    ? byFetch(url, file, headers, watch)
    : byRequest(url, file, headers, watch);

function byRequest(
  url: string,
  file: Blob,
  headers: Record<string, string>,
  { signal, onProgress }: Watch,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = new XMLHttpRequest();
  const abort = (): void => {
    request.abort();
    reject(signal?.reason);
  };
  request.open('POST', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => onProgress?.(Math.min(loaded, file.size), file.size);
  request.onload = () => resolve({ status: request.status, text: request.responseText });
  request.onerror = () => reject(unreachable());
  signal?.addEventListener('abort', abort, { once: true });
  request.send(file);
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}

async function byFetch(
  url: string,
  file: Blob,
  headers: Record<string, string>,
  { signal, onProgress }: Watch,
): Promise<Answer> {
  let sent = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        sent += chunk.byteLength;
        onProgress?.(sent, file.size);
        controller.enqueue(chunk);
      },
    }),
  );
  const init = { method: 'POST', headers, body: counted, duplex: 'half', redirect: 'error' } as RequestInit;
  try {
    const response = await fetch(url, signal === undefined ? init : { ...init, signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw Object.assign(unreachable(), { cause: error });
  }
}

const unreachable = (): ClientError => new ClientError('network', 'The relay cannot be reached', true);
