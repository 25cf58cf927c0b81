import type { CodedScenario } from '../scenario.ts';
import { NotApplicable, Unmet } from '../unmet.ts';
import type { AgentStage } from './stage.ts';

/** Connections after which an agent that speaks v0 has settled for it. */
const attempts = 3;

const isReply = (text: string): boolean => {
  try {
    const { type, content, kind } = JSON.parse(text);
    return type === 'reply' && typeof content === 'string' && ['tool', 'block', 'final'].includes(kind);
  } catch {
    return false;
  }
};

export const legacyScenarios: readonly CodedScenario<AgentStage>[] = [
  {
    title: 'answers in v0 where the subprotocol is not selected',
    requirement: 'R-LEGACY-1',
    alone: true,
    async run(stage) {
      const { host, subject, variables } = stage;
      host.selects = false;
      const texts: string[] = [];
      try {
        await stage.restart();
        for (let attempt = 0; attempt < attempts; attempt++) {
          const caller = await host.next(subject.turnMs);
          if (caller === undefined) break;
          const over = new Promise<'over'>((resolve) => caller.socket.on('close', () => resolve('over')));
          const replied = new Promise<'replied'>((resolve) =>
            caller.socket.on('message', (data) => {
              texts.push(String(data));
              if (isReply(String(data))) resolve('replied');
            }),
          );
          caller.socket.resume();
          const data = {
            source: variables.get('alice'),
            content: subject.prompts.quick,
            timestamp: new Date(),
          };
          caller.socket.send(JSON.stringify({ source: data.source, data }));
          const late = new Promise<'late'>((resolve) =>
            setTimeout(() => resolve('late'), subject.turnMs).unref(),
          );
          const outcome = await Promise.race([over, replied, late]);
          caller.socket.terminate();
          if (outcome === 'replied') return;
          if (outcome === 'late') {
            const came = texts.length === 0 ? 'nothing came' : `came ${texts.at(-1)}`;
            throw new Unmet('a reply in v0', came, texts);
          }
        }
        throw new NotApplicable('the agent leaves a relay that does not select the subprotocol');
      } finally {
        host.selects = true;
        host.forget();
      }
    },
  },
];
