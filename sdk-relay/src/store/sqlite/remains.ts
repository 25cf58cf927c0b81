import type { Append } from '../store.ts';
import { decodeBatch, type Frame } from './block.ts';

/** What batches hold of one conversation. */
export interface Tail {
  readonly frames: Frame[];
  /** When the newest batch of it was committed. */
  at: number;
  /** Position of its newest frame among those of all conversations. */
  position: number;
}

/** What can be read of batches, whether some are missing or not. */
export class BatchRemains {
  /** By conversation. */
  readonly tails = new Map<string, Tail>();
  /** The events, as they were put into mailboxes. */
  readonly events: { position: number; at: number; conversation: string; event: string }[] = [];
  readonly #received = new Set<number>();

  /** @throws {Contradiction} If it is none. */
  add(position: number, at: number, content: string): void {
    const { seqs, received, fields } = decodeBatch(content);
    for (const gone of received) this.#received.add(gone);
    for (const [i, seq] of seqs.entries()) {
      const [conversation, type, id, body] = fields.slice(4 * i, 4 * i + 4) as [
        string,
        Append['type'],
        string,
        string,
      ];
      const tail = this.tails.get(conversation) ?? { frames: [], at, position };
      tail.frames.push({ seq, type, id, body });
      Object.assign(tail, { at, position: position + i });
      this.tails.set(conversation, tail);
      if (type === 'event') this.events.push({ position: position + i, at, conversation, event: id });
    }
  }

  wasReceived(position: number): boolean {
    return this.#received.has(position);
  }
}
