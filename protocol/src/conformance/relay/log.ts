import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

interface Durable {
  readonly id: string;
  readonly seq: number;
}

/** Longer than many relays keep. */
const longLog = 1100;

export const logScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'acknowledges what whoever attaches then is given',
    requirement: 'R-ACK-1',
    async run(stage) {
      const alice = await stage.open('alice');
      const reader = await stage.open('alice 2', { with: { attach: [] }, until: 'welcome' });
      for (let round = 0; round < 3; round++) {
        const { id, epoch, seq } = await stage.say(alice, { id: stage.variables.get(`id:ev${round}`) }, {});
        reader.send({ type: 'attach', conversation: stage.conversation, epoch, seq: Number(seq) - 1 });
        await reader.expect({ type: 'attached', conversation: stage.conversation, seq }, {});
        await reader.expect({ type: 'event', id, seq });
      }
    },
  },
  {
    title: 'replays all that is after the cursor in order, while new frames come',
    requirement: 'R-ATTACH-3',
    async run(stage) {
      const alice = await stage.open('alice');
      const agent = stage.on('agent');
      const {
        id: first,
        epoch,
        seq: start,
      } = await stage.say(alice, { id: stage.variables.get('id:first') });
      const said: unknown[] = [];
      const reply = (name: string) => {
        const id = stage.variables.get(`id:${name}`);
        said.push(id);
        agent.send({ type: 'reply', kind: 'message', id, conversation: stage.conversation, content: name });
      };
      for (let index = 0; index < 20; index++) reply(`old${index}`);
      await agent.expect({ type: 'ack', id: said.at(-1) }, { of: 'R-ACK-4' });
      const cursor = { conversation: stage.conversation, epoch, seq: Number(start) };
      for (let index = 0; index < 20; index++) reply(`new${index}`);
      const late = await stage.open('alice 2', { with: { attach: [cursor] } });
      for (let index = 0; index < 20; index++) reply(`newer${index}`);
      await late.expect({ type: 'reply', id: said.at(-1) });
      const came = late.arrivals.filter(
        ({ seq, type }) => seq !== undefined && type === 'reply',
      ) as unknown as Durable[];
      const wanted = said.map((id, index) => `${Number(start) + 1 + index} ${id}`);
      const got = came.map(({ id, seq }) => `${seq} ${id}`);
      const wrong = wanted.findIndex((one, index) => got[index] !== one);
      if (wrong >= 0 || got.length !== wanted.length) {
        const at = wrong >= 0 ? wrong : wanted.length;
        throw new Unmet(
          `${wanted[at] ?? 'nothing more'} after ${wanted[at - 1] ?? first}`,
          `came ${got[at]}`,
          late.excerpt(),
        );
      }
      await late.never({ type: 'event', id: first });
    },
  },
  {
    title: 'says truncated when the log no longer reaches back to the cursor',
    requirement: 'R-ATTACH-4',
    async run(stage) {
      const alice = await stage.open('alice');
      const agent = stage.on('agent');
      const { epoch, seq } = await stage.say(alice, { id: stage.variables.get('id:first') });
      const wanted = { type: 'reply', kind: 'message', conversation: stage.conversation };
      for (let index = 0; index < longLog; index++) {
        const id = stage.variables.get(`id:old${index}`);
        agent.send({ ...wanted, id, content: 'old' });
        if (index % 100 === 99) await agent.expect({ type: 'ack', id }, { of: 'R-ACK-4' });
      }
      const cursor = { conversation: stage.conversation, epoch, seq };
      const late = await stage.open('alice 2', { with: { attach: [cursor] }, until: 'welcome' });
      const { recovered } = await late.expect({ type: 'attached', conversation: stage.conversation });
      const last = await late.expect({ ...wanted, seq: Number(seq) + longLog });
      const first = late.arrivals.find(({ type }) => type === 'reply')?.seq;
      const complete = first === Number(seq) + 1;
      if ((recovered === 'complete') === complete && recovered !== 'reset') return;
      throw new Unmet(
        complete ? '`complete`' : '`truncated`',
        `came \`${recovered}\` and a replay from ${first} to ${last.seq}`,
        late.excerpt(),
      );
    },
  },
  {
    title: 'answers history page by page',
    requirement: 'R-HISTORY-1',
    async run(stage) {
      const alice = await stage.open('alice');
      const { epoch, seq } = await stage.say(alice, { id: stage.variables.get('id:ev0') });
      const start = Number(seq);
      for (let index = 1; index < 6; index++)
        await stage.say(alice, { id: stage.variables.get(`id:ev${index}`) });
      const page = async (question: object, wanted: readonly number[], more: unknown) => {
        alice.send({ type: 'history', conversation: stage.conversation, ...question });
        const frames = wanted.map((position) => ({
          type: 'event',
          seq: position,
          epoch,
          source: '{*}',
          content: '{*}',
        }));
        await alice.expect({ type: 'history', conversation: stage.conversation, epoch, frames, more });
      };
      await page({ limit: 2 }, [start + 4, start + 5], true);
      await page({ before: start + 4, limit: 3 }, [start + 1, start + 2, start + 3], true);
      const older = start > 1;
      await page({ before: start + 1, limit: 1 }, [start], older);
    },
  },
];
