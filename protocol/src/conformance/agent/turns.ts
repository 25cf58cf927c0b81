import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { given, NotTested, Unmet } from '../unmet.ts';
import type { AgentStage } from './stage.ts';

/** How often a turn may end by itself before that says something about the agent: it may be busy, or just be ending. */
const attempts = 3;

/** A turn that goes on for longer than this was not just ending when it was stopped, in milliseconds. */
const crossingMs = 500;

const accepted = (stage: AgentStage, event: Loose) => ({
  type: 'turn',
  status: 'accepted',
  conversation: stage.conversation,
  events: [event.id],
});

/** Cancels a turn that runs. @returns How it ended, and whether it was ending already. */
async function cancel(
  stage: AgentStage,
  agent: Connection,
  byName: boolean,
): Promise<{ readonly ended: Loose; readonly isCrossing: boolean }> {
  const event = await stage.tell(stage.subject.prompts.slow);
  const { id } = await given('R-TURN-1', agent.expect(accepted(stage, event)));
  const { conversation } = stage;
  const since = Date.now();
  agent.send({ type: 'cancel', conversation, source: conversation, ...(byName && { turn: id }) });
  const ended = await given('R-TURN-2', stage.ended(event, { id }));
  return { ended, isCrossing: Date.now() - since < crossingMs };
}

export const turnScenarios: readonly CodedScenario<AgentStage>[] = [
  {
    title: 'accepts an event before anything else is said about it',
    requirement: 'R-TURN-1',
    async run(stage) {
      const agent = await stage.peer();
      const event = await stage.tell(stage.subject.prompts.slow);
      const turn = await agent.expect(accepted(stage, event));
      const about = agent.arrivals.filter(({ conversation }) => conversation === stage.conversation);
      const early = about
        .slice(0, about.indexOf(turn))
        .find(({ type }) => type === 'turn' || type === 'reply');
      if (early !== undefined) {
        throw new Unmet('`turn` `accepted` first', `first came ${JSON.stringify(early)}`, agent.excerpt());
      }
      agent.send({ type: 'cancel', conversation: stage.conversation, source: stage.conversation });
      await given('R-TURN-2', stage.ended(event));
    },
  },
  {
    title: 'ends every turn, with an outcome',
    requirement: 'R-TURN-2',
    async run(stage) {
      const agent = await stage.peer();
      for (let count = 0; count < 2; count++) {
        const event = await stage.tell(stage.subject.prompts.quick);
        const { id } = await given('R-TURN-1', agent.expect(accepted(stage, event)));
        await stage.ended(event, { id, outcome: '{*}' });
      }
    },
  },
  {
    title: 'names every event that it answers, those written while it answers too',
    requirement: 'R-TURN-3',
    async run(stage) {
      const agent = await stage.peer();
      const first = await stage.tell(stage.subject.prompts.slow);
      await given('R-TURN-1', agent.expect(accepted(stage, first)));
      const second = await stage.tell(stage.subject.prompts.quick);
      const named = new Set<unknown>();
      while (!named.has(first.id) || !named.has(second.id)) {
        const turn = await agent.expect(
          { type: 'turn', status: 'ended', conversation: stage.conversation },
          { withinMs: stage.subject.turnMs },
        );
        for (const id of turn.events as unknown[]) named.add(id);
      }
    },
  },
  {
    title: 'stops the turn that a cancel names, and every turn where it names none',
    requirement: 'R-CANCEL-2',
    async run(stage) {
      const agent = await stage.peer();
      for (const byName of [true, false]) {
        let isStopped = false;
        let ignoring: Loose | undefined;
        for (let attempt = 0; !isStopped && attempt < attempts; attempt++) {
          const { ended, isCrossing } = await cancel(stage, agent, byName);
          isStopped = ended.outcome === 'aborted';
          if (!isStopped && !isCrossing) ignoring = ended;
        }
        if (isStopped) continue;
        if (ignoring === undefined)
          throw new NotTested('its turns end before they can be stopped: --slow-prompt');
        throw new Unmet('the outcome `aborted`', `came ${JSON.stringify(ignoring)}`, agent.excerpt());
      }
    },
  },
];
