import type { Profile, Subject } from '../requirements.ts';
import { agentScenarios } from './agent/scenarios.ts';
import { clientScenarios } from './client/scenarios.ts';
import { relayScenarios } from './relay/scenarios.ts';
import type { ScenarioHead } from './scenario.ts';
import { requirementsOf } from './verdicts.ts';

const scenarios: Record<Subject, readonly ScenarioHead[]> = {
  relay: relayScenarios,
  agent: agentScenarios,
  client: clientScenarios,
};

/** The requirements of a profile, each with the scenarios that test it. */
export function list(subject: Subject, profile: Profile): string {
  const lines = requirementsOf(subject, profile).flatMap(({ id, profile: own, text }) => {
    const titles = scenarios[subject]
      .filter(({ requirement }) => requirement === id)
      .map(({ title }) => title);
    if (titles.length === 0) titles.push('(held against all traffic of the run)');
    return [`${id} (${own}) ${text}`, ...titles.map((title) => `    ${title}`)];
  });
  return `${lines.join('\n')}\n`;
}
