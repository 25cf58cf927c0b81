/** OpenClaw's doctor finds this module by its name, and repairs the configuration with it before anything else is loaded. */
import { migrateNestedConfig } from './legacy-config.ts';

/** Turns an earlier form of the configuration into the one of today. */
export const normalizeCompatibilityConfig = <C extends { readonly channels?: object | undefined }>({
  cfg,
}: {
  readonly cfg: C;
}) => migrateNestedConfig(cfg);
