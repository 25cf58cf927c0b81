import { progressKinds } from '../../../src/capabilities.ts';
import { mintId } from '../../../src/id.ts';
import type { ReferenceRelayOptions } from './options.ts';
import type { Frame, Peer } from './peer.ts';

interface Known {
  readonly seq: number;
  readonly text: string;
}

/** What became of a frame that was to be stored. */
export type Appended = { readonly seq: number; readonly stored?: Frame } | 'conflict';

const passing = new Set(['timestamp', 'traceparent', 'epoch', 'seq']);
const textOf = (frame: Frame): string =>
  JSON.stringify(
    Object.entries(frame)
      .filter(([name]) => !passing.has(name))
      .sort(),
  );

/** The log of a conversation, who reads it, and what is in flight. */
export class Conversation {
  readonly name: string;
  readonly epoch = mintId();
  readonly readers = new Set<Peer>();
  readonly log: Frame[] = [];
  readonly turns = new Map<string, Frame>();
  readonly #known = new Map<string, Known>();
  readonly #drafts = new Map<string, Frame & { content: string; count: number }>();
  readonly #options: ReferenceRelayOptions;
  #last = 0;

  constructor(name: string, options: ReferenceRelayOptions) {
    this.name = name;
    this.#options = options;
  }

  append(frame: Frame): Appended {
    const { has, kept } = this.#options;
    const key = `${frame.type} ${frame.id}`;
    const text = textOf(frame);
    const known = this.#known.get(key);
    if (known !== undefined && !has('R-ACK-2')) {
      return known.text === text || has('R-ACK-3') ? { seq: known.seq } : 'conflict';
    }
    const stored = { ...frame, conversation: this.name, epoch: this.epoch, seq: ++this.#last };
    this.#known.set(key, { seq: this.#last, text });
    this.log.push(stored);
    if (this.log.length > kept) this.log.shift();
    return { seq: this.#last, stored };
  }

  /** Hands a frame to the readers, and remembers what is in flight. */
  fanOut(frame: Frame, except?: Peer): void {
    const { has } = this.#options;
    this.#track(frame);
    const readers = [...this.readers].slice(0, has('R-REPLY-1') && frame.type === 'reply' ? 1 : undefined);
    for (const reader of readers) {
      if (reader === except || !this.#isFor(reader, frame)) continue;
      if (frame.kind === 'delta' && has('R-STREAM-6'))
        reader.send({ ...frame, epoch: this.epoch, seq: this.#last + 1 });
      else if (frame.kind === 'delta' && frame.index === 3 && has('R-STREAM-4'))
        reader.send({ ...frame, content: '' });
      else reader.send(frame);
    }
    if (frame.type === 'turn' && frame.status !== 'ended' && has('R-EVENT-3')) this.#last++;
  }

  attach(peer: Peer, cursor: { epoch?: string; seq?: number }, agent: object): void {
    const { has } = this.#options;
    const { epoch, seq } = cursor;
    const first = this.#last - this.log.length + 1;
    let after = seq ?? this.#last;
    let recovered = 'complete';
    const known = epoch ?? (seq === 0 ? this.epoch : undefined);
    if (seq !== undefined && (known !== this.epoch || seq > this.#last)) {
      recovered = has('R-ATTACH-4') ? 'complete' : 'reset';
      after = 0;
    } else if (after + 1 < first) recovered = has('R-ATTACH-4:truncated') ? 'complete' : 'truncated';
    peer.send({
      type: 'attached',
      conversation: this.name,
      epoch: this.epoch,
      seq: this.#last,
      recovered,
      agent,
    });
    for (const frame of this.log) {
      if (Number(frame.seq) <= after || (has('R-ATTACH-3') && Number(frame.seq) === after + 2)) continue;
      peer.send(frame);
    }
    if (!has('R-ATTACH-8')) for (const turn of this.turns.values()) peer.send(turn);
    for (const draft of this.#drafts.values())
      if (peer.reads('stream') && !has('R-ATTACH-5')) peer.send(draft);
    this.readers.add(peer);
  }

  history(before: number, limit: number): { frames: Frame[]; more: boolean } {
    const upTo = this.#options.has('R-HISTORY-1') ? before + 1 : before;
    const older = this.log.filter(({ seq }) => Number(seq) < upTo);
    return { frames: older.slice(-limit), more: older.length > limit };
  }

  #isFor(reader: Peer, frame: Frame): boolean {
    const { has } = this.#options;
    if (frame.kind === 'delta') return reader.reads('stream') || has('R-STREAM-1');
    const isProgress = frame.type === 'signal' && progressKinds.has(String(frame.kind));
    if (isProgress && !has('R-PROGRESS-1')) return reader.reads('progress');
    if (frame.type === 'signal' || frame.type === 'receipt') return reader.reads(frame.type);
    return frame.type !== 'event' || reader.source !== frame.source || !has('R-EVENT-4');
  }

  #track(frame: Frame): void {
    const id = String(frame.id);
    if (frame.type === 'turn') {
      if (frame.status === 'ended') this.turns.delete(id);
      else this.turns.set(id, frame);
      return;
    }
    if (frame.type !== 'reply') return;
    if (frame.kind !== 'delta') return void this.#drafts.delete(id);
    const before = frame.replace === true ? '' : (this.#drafts.get(id)?.content ?? '');
    const count = Number(frame.index) + Number(frame.count ?? 1);
    this.#drafts.set(id, { ...frame, index: 0, count, replace: true, content: before + frame.content });
  }
}
