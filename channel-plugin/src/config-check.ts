import manifest from '../openclaw.plugin.json' with { type: 'json' };
import { channelId } from './channel-id.ts';

/** JSON Schema, as far as the manifest uses it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Whom the check tells, each member by its path within the checked object. */
export interface CheckListener {
  illegal(path: string, message: string): void;
  unknown(path: string): void;
}

const channelSchema: Schema = manifest.channelConfigs[channelId].schema;
const [accounts] = legal(channelSchema.properties?.accounts ?? {});
const [accountSchema = {}] =
  typeof accounts?.additionalProperties === 'object' ? legal(accounts.additionalProperties) : [];

/** Members that OpenClaw itself adds to every channel and checks. */
const ofOpenClaw: ReadonlySet<string> = new Set(['heartbeatVisibility']);

/**
 * Checks the section of the channel, or one of its accounts, against the schema. The Gateway does not: it would not start.
 *
 * @returns The same without members whose value is illegal. They are there as `undefined`, so that nothing is inherited in
 * their place.
 */
export function legalMembers(value: unknown, kind: 'channel' | 'account', listener: CheckListener): object {
  if (!isObject(value)) {
    if (value !== undefined && value !== null) listener.illegal('', 'must be an object');
    return {};
  }
  const { properties = {} } = kind === 'channel' ? channelSchema : accountSchema;
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(properties, name) && !ofOpenClaw.has(name)) listener.unknown(name);
  }
  return checked(properties, value, '', listener);
}

function checked(
  properties: Readonly<Record<string, Schema>>,
  value: Readonly<Record<string, unknown>>,
  path: string,
  listener: CheckListener,
): object {
  const result: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const member = value[name];
    if (member === undefined || member === null) continue;
    const alternatives = legal(schema);
    const fitting = alternatives.find((alternative) => fits(alternative, member));
    if (fitting === undefined) {
      listener.illegal(`${path}${name}`, expectation(alternatives[0] ?? {}));
      result[name] = undefined;
    } else if (fitting.properties !== undefined && isObject(member) && alternatives.length === 1) {
      result[name] = checked(fitting.properties, member, `${path}${name}.`, listener);
    } else {
      result[name] = member;
    }
  }
  return result;
}

/** The alternatives of a member less the last, which takes anything. */
function legal({ anyOf = [] }: Schema): readonly Schema[] {
  return anyOf.slice(0, -1);
}

function fits(schema: Schema, value: unknown): boolean {
  const { type, anyOf, items, properties, required = [] } = schema;
  if (Object.hasOwn(schema, 'const')) return value === schema.const;
  if (
    type === 'integer'
      ? !Number.isInteger(value)
      : type !== undefined && ![type].flat().includes(typeOf(value))
  )
    return false;
  if (anyOf !== undefined && !anyOf.some((alternative) => fits(alternative, value))) return false;
  if (typeof value === 'number') {
    return value > (schema.exclusiveMinimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  }
  if (items !== undefined && Array.isArray(value)) return value.every((item) => fits(items, item));
  if (properties !== undefined && isObject(value))
    return required.every((name) => Object.hasOwn(value, name));
  return true;
}

function expectation({ type, anyOf, exclusiveMinimum, maximum }: Schema): string {
  const choices = (anyOf ?? []).map((choice) => JSON.stringify(choice.const));
  if (choices.length > 0) return `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  switch (type) {
    case 'number':
    case 'integer':
      return `must be a ${type === 'integer' ? 'whole ' : ''}number above ${exclusiveMinimum}, at most ${maximum}`;
    case 'boolean':
      return 'must be true or false';
    case 'array':
      return 'must be a list, such as ["alice"]';
    case 'object':
      return 'must be an object';
    default:
      return 'must be text';
  }
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === 'object';
