import type { Attachment } from '@websocket-channel/protocol';
import { messageOf } from './errors.ts';
import type { FileContent, RelayFiles } from './relay-files.ts';

/** What came of the attachments of an event. */
export interface AttachedFiles {
  readonly files: readonly FileContent[];
  /** One line for each attachment that cannot be had, for the model. */
  readonly notes: readonly string[];
}

/** Fetches the attachments of an event. One that cannot be had becomes a note: the agent is asked all the same. */
export async function fetchAttached(
  attachments: readonly Attachment[],
  relay: RelayFiles,
  signal: AbortSignal,
): Promise<AttachedFiles> {
  const files: FileContent[] = [];
  const notes: string[] = [];
  for (const attachment of attachments) {
    try {
      files.push(await relay.fetch(attachment, signal));
    } catch (error) {
      signal.throwIfAborted();
      notes.push(missingNote(attachment.name, messageOf(error)));
    }
  }
  return { files, notes };
}

/** Names come from participants: quoted and cut, they cannot pose as the channel's own words. */
export const missingNote = (name: string, reason: string): string =>
  `[The participant attached ${JSON.stringify([...name].slice(0, 100).join('')).replace(/[[\]]/g, '_')}. ${reason}]`;
