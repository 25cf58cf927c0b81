/** OpenClaw finds this module by its name and asks it which members of the configuration may refer to secrets. */
import { contract } from './host/secrets.ts';

export const { collectRuntimeConfigAssignments, secretTargetRegistryEntries } = contract;
