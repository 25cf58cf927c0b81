import { mintId, type Signal } from '@websocket-channel/protocol';
import { splitContent } from './content-split.ts';
import type { Transport } from './transport.ts';
import type { Turn } from './turns.ts';

/** Tells how one turn goes, to those who look on. What is lost on the way is not said again. */
export interface ProgressSender {
  /** The whole text of the present thought so far. */
  reasoning(text: string): void;
  /** The present thought is complete. */
  reasoningEnd(): void;
  /** The whole text so far of what the agent says before it uses a tool. @param passage Tells such texts apart. */
  preamble(passage: string, text: string): void;
  /** A tool is used, or no longer. @param use Tells uses of tools apart. */
  tool(use: string, title: string, active: boolean): void;
}

/** A text in the making. */
interface Passage {
  readonly id: string;
  /** What of it was told. */
  readonly shown: string;
  /** Number of the next chunk. */
  readonly index: number;
}

/** Bounds of one chunk, which fit into the frames of every relay that takes more than tiny ones. */
const chunkBounds = { length: 2048, bytes: 8192 };

/** More than this many bytes in the socket hold progress back; the next chunk carries what was held back. */
const congestedBytes = 256 * 1024;

/** Makes the sender of one turn. */
export function createProgressSender(turn: Turn, transport: () => Transport): ProgressSender {
  const passages = new Map<string, Passage>();
  /** Uses of tools, as they were told. */
  const tools = new Map<string, { readonly id: string; readonly told: string }>();

  function write(signal: Pick<Signal, 'kind' | 'id' | 'content' | 'index' | 'active'>): boolean {
    const relay = transport();
    if (!relay.reads('progress') || relay.bufferedAmount > congestedBytes) return false;
    return relay.live({ type: 'signal', conversation: turn.conversation, turn: turn.id, ...signal });
  }

  function grow(kind: 'reasoning' | 'preamble', key: string, text: string): void {
    let passage = passages.get(key) ?? { id: mintId(), shown: '', index: 0 };
    if (!text.startsWith(passage.shown)) passage = { ...passage, shown: '', index: 0 };
    const added = text.slice(passage.shown.length);
    if (added !== '') {
      for (const content of splitContent(added, chunkBounds)) {
        const { id, shown, index } = passage;
        if (!write({ kind, id, index, content })) break;
        passage = { id, shown: shown + content, index: index + 1 };
      }
    }
    passages.set(key, passage);
  }

  return {
    reasoning: (text) => grow('reasoning', 'reasoning', text),
    reasoningEnd: () => void passages.delete('reasoning'),
    preamble: (passage, text) => grow('preamble', `preamble ${passage}`, text),
    tool(use, title, active) {
      const known = tools.get(use);
      const told = `${active} ${title}`;
      if (known?.told === told) return;
      const id = known?.id ?? mintId();
      if (write({ kind: 'tool', id, content: title, active })) tools.set(use, { id, told });
    },
  };
}
