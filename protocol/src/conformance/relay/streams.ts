import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { given, NotApplicable, Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

/** Chunks that tell a merge, a loss and a swap apart. */
const chunks = ['One ', 'two ', 'three', ', ', '四', '🦞', ' six', ' seven', ' eight', '.'];

interface Stream {
  readonly id: string;
  /** Sends chunks by number. */
  chunk(from: number, to: number): void;
  end(): void;
}

/** Lets the agent stream a reply in the scenario's conversation. */
function beginStream(stage: RelayStage): Stream {
  const agent = stage.on('agent');
  if (!agent.welcome.capabilities?.includes('stream')) {
    throw new NotApplicable(
      'the relay does not declare the capability `stream`, so that agents send it no deltas',
    );
  }
  const id = String(stage.variables.get('id:rp'));
  const common = { type: 'reply', id, conversation: stage.conversation };
  return {
    id,
    chunk(from, to) {
      for (let index = from; index < to; index++) {
        agent.send({ ...common, kind: 'delta', index, content: chunks[index] });
      }
    },
    end: () => agent.send({ ...common, kind: 'final', content: chunks.join('') }),
  };
}

/** Reads deltas until all chunks up to a number are there, merged or not. @returns The text. */
async function read(on: Connection, id: string, until: number, of?: string): Promise<string> {
  const expected = (index: number) => `chunks ${index} to ${until - 1} of ${id} in order`;
  let text = '';
  for (let next = 0; next < until; ) {
    const delta = await on.expect({ type: 'reply', kind: 'delta', id }, of === undefined ? {} : { of });
    const { index, count = 1, replace, content } = delta as Loose & { index: number; count?: number };
    if (replace === true) text = '';
    else if (index !== next) throw new Unmet(expected(next), `came ${index}`, on.excerpt(), of);
    text += content;
    next = index + count;
  }
  return text;
}

function compare(on: Connection, text: string, wanted: string): void {
  if (text !== wanted) throw new Unmet(JSON.stringify(wanted), `came ${JSON.stringify(text)}`, on.excerpt());
}

export const streamScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'hands on every chunk, merged at most, in order and unaltered',
    requirement: 'R-STREAM-4',
    async run(stage) {
      const alice = await stage.open('alice');
      const stream = beginStream(stage);
      stream.chunk(0, chunks.length);
      compare(alice, await read(alice, stream.id, chunks.length), chunks.join(''));
      stream.end();
      await alice.expect({ type: 'reply', kind: 'final', id: stream.id });
    },
  },
  {
    title: 'sends deltas to those alone who read them',
    requirement: 'R-STREAM-1',
    async run(stage) {
      const reader = await stage.open('alice');
      const other = await stage.open('alice 2', { with: { capabilities: [] } });
      const stream = beginStream(stage);
      stream.chunk(0, 3);
      await given('R-STREAM-4', reader.expect({ type: 'reply', kind: 'delta', id: stream.id }));
      stream.end();
      await other.expect({ type: 'reply', kind: 'final', id: stream.id }, { of: 'R-REPLY-1' });
      await other.never({ kind: 'delta' });
    },
  },
  {
    title: 'gives deltas no seq',
    requirement: 'R-STREAM-6',
    async run(stage) {
      const alice = await stage.open('alice');
      const stream = beginStream(stage);
      const { seq } = await stage.say(alice, { id: stage.variables.get('id:before') });
      stream.chunk(0, chunks.length);
      await read(alice, stream.id, chunks.length, 'R-STREAM-4');
      stream.end();
      await alice.expect({ type: 'reply', kind: 'final', id: stream.id, seq: Number(seq) + 1 });
      await alice.never({ kind: 'delta', seq: '{*}' });
    },
  },
  {
    title: 'hands a stream in flight to a new attachment as one delta',
    requirement: 'R-ATTACH-5',
    async run(stage) {
      const alice = await stage.open('alice');
      const stream = beginStream(stage);
      const half = 2 + Math.floor(stage.chance() * 6);
      stream.chunk(0, half);
      await read(alice, stream.id, half, 'R-STREAM-4');
      const late = await stage.open('alice 2', { with: { attach: [{ conversation: stage.conversation }] } });
      const snapshot = { type: 'reply', kind: 'delta', id: stream.id, index: 0, replace: true };
      const { content } = await late.expect({
        ...snapshot,
        count: half,
        conversation: stage.conversation,
        content: chunks.slice(0, half).join(''),
      });
      stream.chunk(half, chunks.length);
      let text = String(content);
      for (let next = half; next < chunks.length; ) {
        const delta = await late.expect({ type: 'reply', kind: 'delta', id: stream.id, index: next });
        text += delta.content;
        next += Number(delta.count ?? 1);
      }
      compare(late, text, chunks.join(''));
      stream.end();
      await late.expect({ type: 'reply', kind: 'final', id: stream.id }, { of: 'R-REPLY-1' });
      const afterwards = await stage.open('alice 3', {
        with: { attach: [{ conversation: stage.conversation }] },
      });
      await afterwards.never({ kind: 'delta' });
    },
  },
];
