/**
 * Files for a client: stores them at the relay, so that an event can refer to them, and fetches those of messages.
 *
 * @packageDocumentation
 */
import type { Attachment, ErrorFrame, Files } from '@websocket-channel/protocol';
import { ClientError } from './errors.ts';
import { putFile } from './put-file.ts';

/** How the relay is reached: the same as the client's. */
export interface AttachmentsOptions {
  /** The relay's client path: `ws://` or `wss://`. */
  readonly url: string;
  /** Proof of identity, or where to get it: fetched anew for each file. An empty token counts as none. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Name that a guest asks for, where the relay takes guests. */
  readonly source?: string;
}

/** How a file is uploaded. */
export interface UploadOptions {
  /** The conversation in which it will be said. */
  readonly conversation: string;
  /** @default the name of the `File`, or `file` */
  readonly name?: string;
  /** Gives the upload up. */
  readonly signal?: AbortSignal;
  /** Told of the bytes that have been sent, the last time with all of them. */
  readonly onProgress?: (sent: number, total: number) => void;
}

/** The files of one participant at a relay. */
export interface Attachments {
  /** Where the relay keeps files; `undefined` where it keeps none, and before the client was online. */
  readonly files: Files | undefined;
  /**
   * Stores a file. Its result goes into `send(content, { attachments: [result] })`.
   *
   * @throws `ClientError` `invalid` for an empty file or one that is not of its type, `too_large`, `unavailable` where the relay
   * keeps no files, another code of the relay's, or `network`. A signal's reason where it aborts.
   */
  upload(file: Blob, options: UploadOptions): Promise<Attachment>;
  /**
   * Fetches a file with the token in a header. For a picture, hand the result to `URL.createObjectURL`.
   *
   * @throws `ClientError` `not_found` when it is no longer kept, `forbidden` when it does not lie at the relay, another code of the
   * relay's, or `network`.
   */
  download(attachment: Attachment, options?: { readonly signal?: AbortSignal }): Promise<Blob>;
}

/**
 * Gives a client files.
 *
 * @param client Tells what the relay takes.
 */
export function createAttachments(
  client: { readonly files: Files | undefined },
  { url, token, source }: AttachmentsOptions,
): Attachments {
  const relay = url.replace(/^ws/, 'http');

  const baseOf = (): string => {
    if (client.files === undefined) throw new ClientError('unavailable', 'The relay keeps no files');
    return new URL(client.files.url, relay).href.replace(/\/$/, '');
  };

  async function headersOf(): Promise<Record<string, string>> {
    const fetched = typeof token === 'function' ? await token() : token;
    return {
      ...(fetched && { authorization: `Bearer ${fetched}` }),
      ...(source !== undefined && { 'websocket-channel-source': source }),
    };
  }

  return {
    get files() {
      return client.files;
    },
    async upload(file, { conversation, name = nameOf(file), signal, onProgress }) {
      const base = baseOf();
      const { maxBytes = 0 } = client.files ?? {};
      if (file.size === 0) throw new ClientError('invalid', '/size must be at least 1 byte');
      if (file.size > maxBytes) throw new ClientError('too_large', `/size must be at most ${maxBytes} bytes`);
      const headers = {
        ...(await headersOf()),
        'content-type': file.type === '' ? 'application/octet-stream' : file.type,
      };
      signal?.throwIfAborted();
      const address = `${base}?${new URLSearchParams({ conversation, name })}`;
      const { status, text } = await putFile(address, file, headers, { signal, onProgress });
      if (status !== 201) throw refusal(status, text);
      return JSON.parse(text) as Attachment;
    },
    async download(attachment, { signal } = {}) {
      const address = new URL(attachment.url, relay).href;
      // The token is for the relay alone, whatever a message says.
      if (!address.startsWith(`${baseOf()}/`)) {
        throw new ClientError('forbidden', 'The file does not lie at the relay');
      }
      const headers = await headersOf();
      const init: RequestInit = { headers, redirect: 'error', ...(signal !== undefined && { signal }) };
      let response: Response;
      let file: Blob;
      try {
        response = await fetch(address, init);
        file = await response.blob();
      } catch (error) {
        signal?.throwIfAborted();
        throw Object.assign(new ClientError('network', 'The file cannot be fetched', true), { cause: error });
      }
      if (!response.ok) throw refusal(response.status, await file.text());
      return file;
    },
  };
}

const nameOf = (file: Blob): string => ('name' in file && String(file.name)) || 'file';

/** What the relay says; a server before it answers in words of its own. */
function refusal(status: number, text: string): ClientError {
  try {
    const { type, code, message, retryable } = JSON.parse(text) as ErrorFrame;
    if (type === 'error') return new ClientError(code, message, retryable);
  } catch {
    // It is not JSON.
  }
  return new ClientError('unavailable', `The relay answers ${status}`, status >= 500);
}
