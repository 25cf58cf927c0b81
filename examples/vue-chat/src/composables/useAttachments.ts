import { type Client, isClientError } from '@websocket-channel/sdk-client';
import { type Attachments, createAttachments } from '@websocket-channel/sdk-client/attachments';
import { computed, type InjectionKey, inject, onScopeDispose, provide, ref, shallowReactive } from 'vue';
import { type Guest, nameOf } from '../guest.ts';

/** The wire's description of a file that the relay has. */
type Attachment = Awaited<ReturnType<Attachments['upload']>>;

/** A file that is to go with the next message. */
export interface PendingFile {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** From 0 to 1. */
  readonly progress: number;
  /** Code of what went wrong. */
  readonly failure?: string;
  readonly attachment?: Attachment;
}

const key: InjectionKey<Attachments> = Symbol('attachments');

/** The files at the relay, for the components of a page. */
export const useRelayFiles = (): Attachments | undefined => inject(key, undefined);

export type Uploads = ReturnType<typeof useUploads>;

/** Uploads files while the message that they belong to is being written. */
export function useUploads(client: Client, relay: { readonly url: string } & Guest) {
  const attachments = createAttachments(client, relay);
  provide(key, attachments);
  const files = shallowReactive(new Map<number, PendingFile>());
  const uploads = new Map<number, AbortController>();
  const uploading = ref(0);
  let last = 0;
  onScopeDispose(clear);

  async function upload(file: File): Promise<void> {
    last += 1;
    const id = last;
    const controller = new AbortController();
    uploads.set(id, controller);
    let shown: PendingFile = { key: id, name: file.name, size: file.size, progress: 0 };
    const show = (change: Partial<PendingFile>): void => {
      shown = { ...shown, ...change };
      if (!controller.signal.aborted) files.set(id, shown);
    };
    show({});
    uploading.value += 1;
    try {
      const attachment = await attachments.upload(file, {
        conversation: client.conversation().name ?? nameOf(relay) ?? '',
        signal: controller.signal,
        onProgress: (sent, total) => show({ progress: sent / total }),
      });
      show({ attachment, progress: 1 });
    } catch (error) {
      show({ failure: isClientError(error) ? error.code : 'other' });
    } finally {
      uploading.value -= 1;
    }
  }

  function remove(id: number): void {
    uploads.get(id)?.abort();
    uploads.delete(id);
    files.delete(id);
  }

  function clear(): void {
    for (const id of [...files.keys()]) remove(id);
  }

  return {
    files: computed(() => [...files.values()]),
    busy: computed(() => uploading.value > 0),
    /** Whether there is a file that can be sent. */
    ready: computed(() => [...files.values()].some(({ attachment }) => attachment !== undefined)),
    add: (list: Iterable<File>) => {
      for (const file of list) void upload(file);
    },
    remove,
    /** The files that go with the message that is sent now. */
    attachments: (): Attachment[] => [...files.values()].flatMap(({ attachment }) => attachment ?? []),
    clear,
  };
}
