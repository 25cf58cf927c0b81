// Generated from the registry by protocol/scripts/generate.ts
import type { Validator } from '../codec.ts';

export declare const validators: ReadonlyMap<string, Validator>;
