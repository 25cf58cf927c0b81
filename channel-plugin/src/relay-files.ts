import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attachment, Files } from '@websocket-channel/protocol';
import { parseAgentToRelay } from '@websocket-channel/protocol/relay';
import { ChannelError } from './errors.ts';

/** The bytes of a file, and what it is. */
export interface FileContent {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

/** What fetching and storing files needs to know of the relay. */
export interface RelayFilesOptions {
  readonly relayUrl: string;
  readonly token?: string | undefined;
  /** What the relay's welcome says of files. */
  readonly files: Files | undefined;
  /** Bytes of one file that are fetched at most. */
  readonly maxBytes: number;
  /** How long one file may take, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** How long a relay may be away, in milliseconds. @default 15000 */
  readonly patienceMs?: number;
}

/** The files at the relay, as its agent may read and write them. */
export interface RelayFiles {
  /**
   * Fetches an attachment, which is believed only once its bytes are there.
   *
   * @throws {ChannelError} `bad_file`, naming the member of the attachment at fault and the bound.
   */
  fetch(attachment: Attachment, signal?: AbortSignal): Promise<FileContent>;
  /**
   * Stores a file for a conversation.
   *
   * @throws {ChannelError} `bad_file` when the relay keeps no files or refuses it.
   */
  store(conversation: string, file: FileContent): Promise<Attachment>;
}

const defaultTimeoutMs = 60_000;
const defaultPatienceMs = 15_000;

/** Between two attempts to reach a relay that is away, in milliseconds. */
const pauseMs = 250;

/** Codes of errors that a relay causes while it is started anew. */
const away: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Makes the access to one relay's files. */
export function createRelayFiles({
  relayUrl,
  token,
  files,
  maxBytes,
  timeoutMs = defaultTimeoutMs,
  patienceMs = defaultPatienceMs,
}: RelayFilesOptions): RelayFiles {
  const address = relayUrl.replace(/^ws/, 'http');
  const base = files && URL.parse(files.url, address)?.href.replace(/\/$/, '');
  const headers = {
    'websocket-channel-role': 'agent',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };

  /** Several files wait for it together. */
  let awaySince: number | undefined;

  async function ask(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const signals = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
    const bounded = AbortSignal.any(signals);
    for (;;) {
      try {
        // A redirection could lead into the Gateway's own network.
        return await fetch(url, { ...init, redirect: 'error', signal: bounded });
      } catch (error) {
        if (!isAway(error)) throw error;
        awaySince ??= performance.now();
        if (performance.now() - awaySince >= patienceMs) throw error;
        await pause(pauseMs, undefined, { signal: bounded });
      }
    }
  }

  return {
    async fetch(attachment, signal) {
      const { name, mime, size, sha256 } = attachment;
      const url = URL.parse(attachment.url, address)?.href ?? '';
      if (base === undefined || !url.startsWith(`${base}/`)) {
        throw bad('its url does not lie at the files of the relay');
      }
      if (size > maxBytes) throw bad(`its size of ${size} bytes is more than the ${maxBytes} that are taken`);
      if (size === 0) throw bad('its size is 0 bytes');
      const response = await ask(url, { headers }, signal).catch((error: unknown) => {
        throw bad('its url cannot be reached', error);
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw bad(response.status === 404 ? 'it is no longer there' : `its url answers ${response.status}`);
      }
      const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim();
      const bytes = await readAtMost(response, size);
      if (type !== mime) throw bad(`its mime says ${mime}, and it is ${type.slice(0, 127)}`);
      if (bytes === undefined || bytes.length !== size)
        throw bad(`its size is not the ${size} bytes it says`);
      if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw bad('its sha256 is not that of its bytes');
      }
      return { name, mime, bytes };
    },
    async store(conversation, { name, mime, bytes }) {
      if (files === undefined || base === undefined) throw bad('the relay keeps no files');
      if (bytes.length > files.maxBytes) {
        throw bad(
          `its size of ${bytes.length} bytes is more than the ${files.maxBytes} that the relay takes`,
        );
      }
      const response = await ask(`${base}?${new URLSearchParams({ conversation, name })}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': mime },
        body: new Uint8Array(bytes),
      }).catch((error: unknown) => {
        throw bad('the relay cannot be reached', error);
      });
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.status !== 201) {
        const { message = response.status } = (answer ?? {}) as { readonly message?: unknown };
        throw bad(`the relay refuses it: ${String(message).slice(0, 200)}`);
      }
      if (!isAttachment(answer)) throw bad('the relay does not say what became of it');
      return answer;
    },
  };
}

/** The bytes of a response, or nothing where they are more than expected or break off. */
async function readAtMost(response: Response, size: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > size) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

const isAway = (error: unknown): boolean =>
  error instanceof Error && away.has((error.cause as NodeJS.ErrnoException | undefined)?.code);

/** Whether a reply may name it: with a file that the protocol does not know, the relay would refuse the reply as well. */
function isAttachment(value: unknown): value is Attachment {
  const reply = {
    type: 'reply',
    id: 'r',
    conversation: 'c',
    kind: 'final',
    content: '',
    attachments: [value],
  };
  return parseAgentToRelay(JSON.stringify(reply)).status === 'frame';
}

const bad = (what: string, cause?: unknown): ChannelError => {
  const error = new ChannelError('bad_file', `The file cannot be had: ${what}`);
  if (cause !== undefined) error.cause = cause;
  return error;
};
