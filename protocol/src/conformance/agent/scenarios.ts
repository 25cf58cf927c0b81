import written from '../../../conformance/agent.json' with { type: 'json' };
import { connectionScenarios } from '../peer/scenarios.ts';
import type { Scenario, WrittenScenario } from '../scenario.ts';
import { deliveryScenarios } from './delivery.ts';
import { fileScenarios } from './files.ts';
import { legacyScenarios } from './legacy.ts';
import type { AgentStage } from './stage.ts';
import { turnScenarios } from './turns.ts';

const byRequirement = (id: string) => connectionScenarios.filter(({ requirement }) => requirement === id);

/** All scenarios for agents; those after which it is of no more use come last. */
export const agentScenarios: readonly Scenario<AgentStage>[] = [
  ...(written as unknown as WrittenScenario[]),
  ...byRequirement('R-HEART-2'),
  ...turnScenarios,
  ...deliveryScenarios,
  ...fileScenarios,
  ...byRequirement('R-HEART-4'),
  ...byRequirement('R-CLOSE-2'),
  ...byRequirement('R-CLOSE-1'),
  ...legacyScenarios,
];
