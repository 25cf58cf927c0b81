import { basename } from 'node:path';
import { type Attachment, limits } from '@websocket-channel/protocol';
import { toInboundMediaFacts } from 'openclaw/plugin-sdk/channel-inbound';
import { buildOutboundMediaLoadOptions } from 'openclaw/plugin-sdk/media-runtime';
import { type AttachedFiles, missingNote } from '../attached-files.ts';
import { messageOf } from '../errors.ts';
import type { Answer } from '../host-port.ts';
import type { Log } from '../log.ts';
import type { FileContent } from '../relay-files.ts';
import { type AnswerWithMedia, join } from './answer.ts';
import { getRuntime } from './runtime.ts';

/** From where files of a reply may be read; OpenClaw decides. */
export type MediaSource = NonNullable<Parameters<typeof buildOutboundMediaLoadOptions>[0]>;

/** Hands files to OpenClaw's media pipeline. One that it refuses becomes a note. */
export async function takeIn({ files, notes }: AttachedFiles, messageId: string, maxBytes: number) {
  const saved: { path: string; contentType?: string; fileName: string; messageId: string }[] = [];
  const missing = [...notes];
  for (const { name, mime, bytes } of files) {
    try {
      const { saveMediaBuffer } = getRuntime().channel.media;
      const { path, contentType = mime } = await saveMediaBuffer(bytes, mime, 'inbound', maxBytes, name);
      saved.push({ path, contentType, fileName: name, messageId });
    } catch (error) {
      missing.push(missingNote(name, messageOf(error)));
    }
  }
  return { media: toInboundMediaFacts(saved), notes: missing };
}

/** Stores the files of an answer at the relay. One that cannot be had is named in the text, so that nothing goes missing silently. */
export async function withAttachments(
  { media, ...answer }: AnswerWithMedia,
  source: MediaSource,
  store: (file: FileContent) => Promise<Attachment>,
  log: Log,
): Promise<Answer> {
  const attachments: Attachment[] = [];
  const lines: string[] = [];
  const name = (url: string): void => void lines.push(`📎 ${originalName(basename(url))}`);
  for (const url of media.slice(0, limits.files)) {
    try {
      const options = buildOutboundMediaLoadOptions({ ...source, optimizeImages: false });
      const { buffer, contentType, fileName } = await getRuntime().media.loadWebMedia(url, options);
      attachments.push(
        await store({
          name: originalName(fileName ?? basename(url)),
          mime: contentType ?? 'application/octet-stream',
          bytes: buffer,
        }),
      );
    } catch (error) {
      log.error(`A file of a reply is not delivered: ${messageOf(error)}`);
      name(url);
    }
  }
  media.slice(limits.files).forEach(name);
  return {
    ...answer,
    content: join([answer.content, ...lines]),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** OpenClaw keeps `cat.png` as `cat---<uuid>.png`. */
const originalName = (name: string): string => name.replace(/---[0-9a-f-]{36}(?=\.[^.]*$|$)/, '');
