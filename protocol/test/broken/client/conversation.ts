import type { Defects } from '../defects.ts';
import type { Loose } from '../wire.ts';

interface Message {
  readonly role: 'participant' | 'agent';
  readonly id: string;
  content: string;
  /** The next chunk, while it is being streamed. */
  next?: number;
  turn?: string;
}

/** What the user of the reference client sees of the conversation. */
export function createConversation(has: Defects, attach: (cursor: object) => void) {
  let messages: Message[] = [];
  const running = new Set<string>();
  let cursor: { epoch?: string; seq: number } | undefined;
  let attaching = false;

  const find = (id: unknown): Message | undefined => messages.find((message) => message.id === id);

  function again(): void {
    if (attaching) return;
    attaching = true;
    attach(cursor ?? {});
  }

  function show(role: Message['role'], { id, content }: Loose): void {
    const known = has('R-REPLY-5') ? undefined : find(id);
    if (known === undefined) messages.push({ role, id: String(id), content: String(content) });
    else {
      known.content = String(content);
      delete known.next;
    }
  }

  function delta({ id, index, count = 1, replace, content, turn }: Loose): void {
    const at = Number(index);
    let draft = find(id);
    if (draft === undefined) {
      draft = { role: 'agent', id: String(id), content: '', next: 0, turn: String(turn) };
      messages.push(draft);
    }
    if (draft.next === undefined) return;
    if (replace !== true && at > draft.next) return again();
    if (replace !== true && at + Number(count) <= draft.next && !has('R-STREAM-5')) return;
    draft.content = replace === true ? String(content) : draft.content + content;
    draft.next = at + Number(count);
    if (has('R-STREAM-6') && cursor !== undefined) cursor.seq++;
  }

  /** Whether the durable frame is the next one; what is missing is asked for. */
  function isNext({ seq, epoch }: Loose): boolean {
    if (typeof seq !== 'number' || has('R-REPLY-5')) return true;
    const last = cursor?.seq ?? 0;
    if (seq <= last) return false;
    if (seq > last + 1 && cursor !== undefined) {
      again();
      return false;
    }
    cursor = { epoch: String(epoch), seq };
    return true;
  }

  return {
    cursor: () => cursor,
    view: () => ({
      running: running.size > 0,
      messages: messages.map(({ role, id, content }) => ({ role, id, content })),
    }),
    attached({ epoch, seq, recovered }: Loose): void {
      attaching = false;
      if (recovered === 'reset') {
        messages = [];
        cursor = { epoch: String(epoch), seq: 0 };
      } else cursor ??= { epoch: String(epoch), seq: Number(seq) };
    },
    take(frame: Loose): void {
      if (frame.type === 'reply' && frame.kind === 'delta') return delta(frame);
      if (frame.type === 'turn' && frame.status !== 'ended') return void running.add(String(frame.id));
      if (!isNext(frame)) return;
      if (frame.type === 'event') return show('participant', frame);
      if (frame.type === 'turn') return void running.delete(String(frame.id));
      if (has('R-REPLY-3') && !['tool', 'block', 'final'].includes(String(frame.kind))) return;
      if (has('R-TURN-4') && frame.kind === 'final') running.delete(String(frame.turn));
      show('agent', frame);
    },
  };
}
