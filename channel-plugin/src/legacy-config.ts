import { channelId } from './channel-id.ts';
import { type ConfigWithChannels, channelSection } from './channel-section.ts';

/** A configuration in the form of today, and what was changed to get there, for a person to read. */
export interface Migration<C> {
  readonly config: C;
  readonly changes: string[];
}

/**
 * Turns the tutorial's nested form into the flat one. Who may talk to the agent stays as it is: the nested form said
 * nothing about it.
 */
export function migrateNestedConfig<C extends ConfigWithChannels>(config: C): Migration<C> {
  const section: Readonly<Record<string, unknown>> = channelSection(config) ?? {};
  const nested = section.config;
  if (typeof nested !== 'object' || nested === null || Array.isArray(nested)) return { config, changes: [] };

  const { wsUrl, enabled, ...others } = nested as Readonly<Record<string, unknown>>;
  const { config: _, ...flat } = section;
  const path = `channels.${channelId}`;
  const changes: string[] = [];
  const migrated: Record<string, unknown> = { ...flat };
  if (wsUrl !== undefined) {
    if (flat.relayUrl == null) {
      migrated.relayUrl = wsUrl;
      changes.push(`Moved ${path}.config.wsUrl to ${path}.relayUrl.`);
    } else {
      changes.push(`Removed ${path}.config.wsUrl, which had no effect beside ${path}.relayUrl.`);
    }
  }
  if (enabled === false) {
    migrated.enabled = false;
    changes.push(`Moved ${path}.config.enabled to ${path}.enabled.`);
  }
  if (Object.keys(others).length > 0) {
    changes.push(
      `Removed ${Object.keys(others)
        .map((name) => `${path}.config.${name}`)
        .join(', ')}: without effect.`,
    );
  }
  if (changes.length === 0) changes.push(`Removed ${path}.config: without effect.`);
  return { config: { ...config, channels: { ...config.channels, [channelId]: migrated } }, changes };
}
