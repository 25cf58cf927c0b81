import { limits, type Reply, type ReplySubmission } from '@websocket-channel/protocol';

/** Drafts that one conversation keeps; a further one displaces the oldest. */
const draftsPerConversation = 8;

interface Draft {
  readonly turn: string | undefined;
  /** Number of the next chunk. */
  next: number;
  /** The text so far; nothing while chunks of it are missing or it is too long to be kept. */
  text: string | undefined;
}

/** The replies of a conversation that are being streamed, so that a reader can join in the middle. */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();

  get size(): number {
    return this.#drafts.size;
  }

  /**
   * Takes a delta in. A delta without an index continues its draft.
   *
   * @returns Whether it brings anything new: a repetition does not.
   */
  apply({ id, turn, content, index, count = 1, replace }: ReplySubmission): boolean {
    const draft = this.#drafts.get(id);
    if (replace === true || draft === undefined) {
      const start = index ?? draft?.next ?? 0;
      const text = replace === true || start === 0 ? bounded(content) : undefined;
      this.#drafts.delete(id);
      this.#drafts.set(id, { turn, next: start + count, text });
      this.#displaceOldest();
      return true;
    }
    const start = index ?? draft.next;
    if (start + count <= draft.next) return false;
    const follows = start === draft.next;
    draft.text = follows && draft.text !== undefined ? bounded(draft.text + content) : undefined;
    draft.next = start + count;
    return true;
  }

  /** Ends a draft: its durable reply supersedes it. */
  end(id: string): void {
    this.#drafts.delete(id);
  }

  /** Ends all drafts of a turn. */
  endTurn(turn: string): void {
    for (const [id, draft] of this.#drafts) if (draft.turn === turn) this.#drafts.delete(id);
  }

  /** One delta per draft that holds all of it, for a reader that joins now. */
  resumption(conversation: string, source: string): Reply[] {
    const replies: Reply[] = [];
    for (const [id, { turn, next, text }] of this.#drafts) {
      if (text === undefined) continue;
      replies.push({
        type: 'reply',
        id,
        conversation,
        source,
        kind: 'delta',
        ...(turn !== undefined && { turn }),
        index: 0,
        count: next,
        replace: true,
        content: text,
      });
    }
    return replies;
  }

  #displaceOldest(): void {
    if (this.#drafts.size <= draftsPerConversation) return;
    for (const id of this.#drafts.keys()) return this.end(id);
  }
}

const bounded = (text: string): string | undefined => (text.length > limits.contentLength ? undefined : text);
