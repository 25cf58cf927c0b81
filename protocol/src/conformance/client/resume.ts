import type { CodedScenario } from '../scenario.ts';
import { NotApplicable } from '../unmet.ts';
import type { ClientStage } from './stage.ts';

const reply = (stage: ClientStage, name: string) => ({
  type: 'reply',
  kind: 'final',
  id: stage.variables.get(`id:${name}`),
  content: name,
});

const shown = (...contents: readonly string[]) => ({
  messages: contents.map((content) => ({ role: 'agent', content })),
});

function readsDeltas({ variables }: ClientStage): void {
  const { capabilities } = variables.get('client:hello') as { capabilities?: string[] };
  if (!capabilities?.includes('stream')) throw new NotApplicable('the client reads no deltas');
}

export const resumeScenarios: readonly CodedScenario<ClientStage>[] = [
  {
    title: 'drops what it has and attaches again for what it misses',
    requirement: 'R-REPLY-5',
    async run(stage) {
      const client = await stage.peer();
      const first = await stage.say(reply(stage, 'first'));
      client.send(first);
      const second = await stage.say(reply(stage, 'second'));
      client.send(first);
      await stage.view(shown('first', 'second'));
      // The third frame gets lost on its way.
      stage.log.append(stage.conversation, { source: 'default', ...reply(stage, 'third') });
      await stage.say(reply(stage, 'fourth'));
      const { conversation, log } = stage;
      await client.expect({ type: 'attach', conversation, epoch: log.epoch, seq: second.seq });
      await stage.view(shown('first', 'second', 'third', 'fourth'));
      client.drop();
      stage.log.append(conversation, { source: 'default', ...reply(stage, 'fifth') });
      await stage.meet();
      await stage.view(shown('first', 'second', 'third', 'fourth', 'fifth'));
    },
  },
  {
    title: 'ignores chunks that it has, and attaches again for those that it misses',
    requirement: 'R-STREAM-5',
    async run(stage) {
      const client = await stage.peer();
      readsDeltas(stage);
      const { conversation } = stage;
      const id = stage.variables.get('id:rp');
      const delta = { type: 'reply', kind: 'delta', id, conversation, source: 'default', turn: 'tu1' };
      client.send({
        type: 'turn',
        id: 'tu1',
        conversation,
        source: 'default',
        status: 'accepted',
        events: [],
      });
      client.send({ ...delta, index: 0, content: 'Hello' });
      client.send({ ...delta, index: 1, count: 2, content: ', Al' });
      client.send({ ...delta, index: 1, count: 2, content: ', Al' });
      client.send({ ...delta, index: 0, content: 'Hello' });
      await stage.view(shown('Hello, Al'));
      await client.forget({ type: 'attach' });
      client.send({ ...delta, index: 4, content: '!' });
      await client.expect({ type: 'attach', conversation });
      client.send({ ...delta, index: 0, count: 5, replace: true, content: 'Hello, Alice!' });
      await stage.view(shown('Hello, Alice!'));
      client.send({ ...delta, index: 5, content: ' Well?' });
      await stage.view(shown('Hello, Alice! Well?'));
      await stage.say({ ...reply(stage, 'rp'), content: 'Hello, Alice!', turn: 'tu1' });
      await stage.view(shown('Hello, Alice!'));
    },
  },
  {
    title: 'does not count deltas',
    requirement: 'R-STREAM-6',
    async run(stage) {
      const client = await stage.peer();
      readsDeltas(stage);
      const { conversation } = stage;
      await client.forget({ type: 'attach' });
      await stage.say(reply(stage, 'one'));
      const delta = { type: 'reply', kind: 'delta', id: stage.variables.get('id:two'), conversation };
      client.send({ ...delta, source: 'default', index: 0, content: 'tw' });
      await stage.say(reply(stage, 'two'));
      await stage.view(shown('one', 'two'));
      await client.never({ type: 'attach' });
    },
  },
];
