import attaching from '../../../conformance/relay-attaching.json' with { type: 'json' };
import events from '../../../conformance/relay-events.json' with { type: 'json' };
import files from '../../../conformance/relay-files.json' with { type: 'json' };
import frames from '../../../conformance/relay-frames.json' with { type: 'json' };
import opening from '../../../conformance/relay-opening.json' with { type: 'json' };
import replies from '../../../conformance/relay-replies.json' with { type: 'json' };
import type { Scenario, WrittenScenario } from '../scenario.ts';
import { absenceScenarios } from './absence.ts';
import { boundScenarios, farewellScenarios } from './bounds.ts';
import { fileScenarios } from './files.ts';
import { frameScenarios } from './frames.ts';
import { heartbeatScenarios } from './heartbeat.ts';
import { logScenarios } from './log.ts';
import { lookingOnScenarios } from './looking-on.ts';
import { openingScenarios } from './opening.ts';
import type { RelayStage } from './stage.ts';
import { streamScenarios } from './streams.ts';
import { tokenScenarios } from './tokens.ts';

const written = [
  ...frames,
  ...opening,
  ...attaching,
  ...events,
  ...replies,
  ...files,
] as unknown as WrittenScenario[];

/** All scenarios for relays; those that disturb most come last. */
export const relayScenarios: readonly Scenario<RelayStage>[] = [
  ...written,
  ...frameScenarios,
  ...openingScenarios,
  ...heartbeatScenarios,
  ...logScenarios,
  ...streamScenarios,
  ...lookingOnScenarios,
  ...tokenScenarios,
  ...fileScenarios,
  ...absenceScenarios,
  ...boundScenarios,
  ...farewellScenarios,
];
