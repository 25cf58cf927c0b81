import { limits } from '@websocket-channel/protocol';
import { expect, it } from 'vitest';
import { withAttachments } from '../src/host/media.ts';
import { setRuntime } from '../src/host/runtime.ts';

it('names the files of an answer that are more than a reply may refer to', async () => {
  const loadWebMedia = async (url: string) => ({ buffer: Buffer.from(url), fileName: url.slice(1) });
  setRuntime({ media: { loadWebMedia } } as unknown as Parameters<typeof setRuntime>[0]);
  const media = Array.from({ length: limits.files + 1 }, (_, index) => `/${index}.png`);
  const log = { info() {}, warn() {}, error() {} };
  const { content, attachments } = await withAttachments(
    { kind: 'final', content: 'Look', media },
    {},
    async ({ name, mime, bytes }) => ({ id: 'f1', name, mime, size: bytes.length, url: '/files/f1' }),
    log,
  );
  expect(attachments).toHaveLength(limits.files);
  expect(content).toBe(`Look\n\n📎 ${limits.files}.png`);
});
