import type { Event } from '@websocket-channel/protocol';

/** The agent is asked about what was said or pressed, and only told of edits, deletions and reactions. */
export const isSpeech = ({ kind = 'message' }: Event): boolean =>
  kind !== 'edit' && kind !== 'delete' && kind !== 'reaction';

/** What a participant did, in words for the model; its own words are quoted, so that they cannot pose as the channel's. */
export function describeEvent({ kind, source, target = '?', content }: Event): string {
  const words = JSON.stringify([...content].slice(0, 2000).join(''));
  switch (kind) {
    case 'edit':
      return `${source} corrected message ${target} to ${words}`;
    case 'delete':
      return `${source} deleted message ${target}`;
    default:
      return `${source} reacted to message ${target} with ${words}`;
  }
}
