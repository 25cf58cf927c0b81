import written from '../../../conformance/client.json' with { type: 'json' };
import { connectionScenarios } from '../peer/scenarios.ts';
import type { Scenario, WrittenScenario } from '../scenario.ts';
import { outboxScenarios } from './outbox.ts';
import { resumeScenarios } from './resume.ts';
import type { ClientStage } from './stage.ts';

/** All scenarios for clients: each gets a client of its own. */
export const clientScenarios: readonly Scenario<ClientStage>[] = [
  ...(written as unknown as WrittenScenario[]),
  ...connectionScenarios,
  ...outboxScenarios,
  ...resumeScenarios,
];
