import { type Capability, capabilities } from '../../capabilities.ts';
import type { Connection } from '../connection.ts';
import type { CodedScenario } from '../scenario.ts';
import { NotApplicable } from '../unmet.ts';
import { agentCommands, clientCapabilities, type RelayStage } from './stage.ts';

/** A client of alice's that reads one more kind of thing, at a relay that knows of it. */
async function openWith(stage: RelayStage, name: string, capability: Capability): Promise<Connection> {
  const client = await stage.open(name, { with: { capabilities: [...clientCapabilities, capability] } });
  const welcome = client.arrivals.find(({ type }) => type === 'welcome');
  if (!(welcome?.capabilities as string[] | undefined)?.includes(capability)) {
    throw new NotApplicable(`the relay does not declare \`${capability}\``);
  }
  return client;
}

export const lookingOnScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'tells those who want to know how a turn goes',
    requirement: 'R-PROGRESS-1',
    async run(stage) {
      const onlooker = await openWith(stage, 'alice', capabilities.progress);
      const other = await stage.open('alice 2');
      const { conversation, variables } = stage;
      const about = { type: 'signal', conversation, turn: variables.get('id:tu') };
      const signals = [
        { ...about, kind: 'reasoning', id: variables.get('id:th'), index: 0, content: 'Let me see.' },
        { ...about, kind: 'preamble', id: variables.get('id:pr'), index: 1, content: ' One moment.' },
        { ...about, kind: 'tool', id: variables.get('id:ca'), content: 'Read notes.md', active: true },
        { ...about, kind: 'tool', id: variables.get('id:ca'), content: 'Read notes.md', active: false },
      ];
      for (const signal of signals) stage.on('agent').send(signal);
      for (const signal of signals) await onlooker.expect({ ...signal, source: variables.get('agent') });
      await stage.on('agent').settle();
      for (const kind of ['reasoning', 'preamble', 'tool']) await other.never({ type: 'signal', kind });
    },
  },
  {
    title: 'lists the commands of the agent to those who read them',
    requirement: 'R-COMMANDS-1',
    async run(stage) {
      const { conversation } = stage;
      const reader = await openWith(stage, 'alice', capabilities.commands);
      const agent = { source: '{*}', online: true };
      const attached = { type: 'attached', conversation };
      reader.send({ type: 'attach', conversation });
      await reader.expect({ ...attached, agent: { ...agent, commands: agentCommands } });
      const other = await stage.open('alice 2');
      await other.never({ ...attached, agent: { ...agent, commands: '{*}' } });
    },
  },
];
