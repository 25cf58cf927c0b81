import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { steadyNow } from '../clock.ts';
import { headBytes, isListed, isOfType } from './content-type.ts';
import { FileFault } from './file-fault.ts';
import type { FileOptions } from './file-options.ts';
import type { FileRecord } from './file-store.ts';

/** What an upload says of the file before its bytes. */
export interface Announced {
  readonly conversation: string;
  readonly name: string;
  readonly mime: string;
}

const nameLength = 255;

/** Separators of paths, and what turns the direction of writing, so that `exe.png` looks like `gnp.exe`. */
const misleading = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/gu;

/**
 * Reads what an upload announces.
 *
 * @throws {FileFault} `invalid`, `too_large`
 */
export function announced(
  request: IncomingMessage,
  query: URLSearchParams,
  { types, maxBytes }: Required<FileOptions>,
): Announced {
  const conversation = query.get('conversation') ?? '';
  if (!/^[!-~]{1,256}$/.test(conversation)) {
    throw new FileFault(400, 'invalid', '/conversation must be the name of a conversation', {
      details: { path: '/conversation' },
    });
  }
  const name = (query.get('name') ?? '').replace(misleading, '_').trim();
  if (name === '' || [...name].length > nameLength) {
    throw new FileFault(400, 'invalid', `/name must have 1 to ${nameLength} characters`, {
      details: { path: '/name', keyword: 'maxLength', limit: nameLength },
    });
  }
  const mime = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (!/^[a-z0-9.+-]{1,63}\/[a-z0-9.+-]{1,63}$/.test(mime) || !isListed(mime, types)) {
    throw new FileFault(415, 'invalid', '/mime is not a type that this relay takes', {
      details: { path: '/mime', keyword: 'enum', limit: types.join(' ').slice(0, 256) },
    });
  }
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
  return { conversation, name, mime };
}

/** Bytes on their way into the store: counted, digested and looked at. */
export interface Metered {
  readonly id: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Describes the file, after its last byte. */
  describe(): FileRecord;
}

/**
 * Looks at the bytes of an upload while they pass. They fail with a {@link FileFault} as soon as they are more than they may be or
 * no file of the announced type.
 *
 * @param take Counts bytes towards the bound of all files. @throws {FileFault} where there is no room.
 */
export function meter(
  { conversation, name, mime }: Announced,
  source: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  take: (bytes: number) => void,
): Metered {
  const id = randomBytes(24).toString('base64url');
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;

  function examine(): void {
    if (isOfType(mime, head)) return;
    throw new FileFault(415, 'invalid', `/mime is ${mime}, which the file is not`, {
      details: { path: '/mime', limit: mime },
    });
  }

  async function* pass(): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      take(chunk.length);
      hash.update(chunk);
      if (head.length < headBytes) {
        head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
        if (head.length === headBytes) examine();
      }
      yield chunk;
    }
    if (size === 0) {
      throw new FileFault(400, 'invalid', '/size must be at least 1 byte', {
        details: { path: '/size', keyword: 'minimum', limit: 1 },
      });
    }
    if (head.length < headBytes) examine();
  }

  return {
    id,
    bytes: pass(),
    describe: () => ({
      id,
      conversation,
      source,
      name,
      mime,
      size,
      sha256: hash.digest('hex'),
      storedAt: steadyNow(),
    }),
  };
}

const tooLarge = (maxBytes: number): FileFault =>
  new FileFault(413, 'too_large', `/size must be at most ${maxBytes} bytes`, {
    details: { path: '/size', keyword: 'maximum', limit: maxBytes },
  });
