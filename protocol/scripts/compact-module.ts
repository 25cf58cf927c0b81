import type { Direction, Message } from '../src/schema/message.ts';

/** The part of JSON Schema that the registry uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** Keywords that each kind of check turns into a rule. Any other one is an error: no rule is left out silently. */
const keywords: Readonly<Record<string, readonly string[]>> = {
  members: ['properties', 'required'],
  free: ['propertyNames', 'maxProperties'],
  items: ['items', 'maxItems'],
  integer: ['minimum', 'maximum'],
  flag: [],
  numberOrText: ['maxLength'],
  text: ['pattern', 'maxLength', 'minLength'],
  word: ['enum'],
};
const annotations = ['type', 'description', 'tsType'];

/**
 * Validators for a reader that is downloaded: expressions on the functions of `src/checks.ts`. With gzip they take 1.6 kB
 * where ajv's standalone code for the same schemas takes 4 kB; the tests hold them to plain ajv.
 */
export function compactModule(registry: readonly Message[], direction: Direction): string {
  const checks = createPool();
  const entries = registry.flatMap(({ type, schemas }) => {
    const schema = schemas[direction];
    if (schema === undefined) return [];
    const { type: _, ...properties } = schema.properties as unknown as Record<string, Schema>;
    const required = (schema.required ?? []).filter((name) => name !== 'type');
    return [`  ${type}: ${expression({ type: 'object', properties, required }, checks.add)},`];
  });
  const functions = Object.keys(keywords).join(', ');
  return checks.resolve(
    (shared) => `import { ${functions} } from '../checks.ts';

${shared}
const messages = {
${entries.join('\n')}
};
// The parser finds a validator by its type, so that no validator looks at the type again.
export const validators = new Map(Object.entries(messages));
`,
  );
}

function expression(schema: Schema, part: (text: string) => string): string {
  const { properties = {}, required = [], propertyNames, items = {}, pattern = '' } = schema;
  const kind = kindOf(schema);
  const unknown = Object.keys(schema).filter((key) => ![...keywords[kind]!, ...annotations].includes(key));
  if (unknown.length > 0) throw new Error(`No check for ${unknown} in ${JSON.stringify(schema)}`);
  const of = (inner: Schema): string => part(expression(inner, part));
  switch (kind) {
    case 'members': {
      const members = Object.entries(properties).map(
        ([name, inner]) => `${name}${required.includes(name) ? '$' : ''}: ${of(inner)}`,
      );
      return `members({ ${members.join(', ')} })`;
    }
    case 'items':
      return `items(${of(items)}, ${schema.maxItems})`;
    case 'free':
      return call('free', schema.maxProperties, propertyNames?.pattern);
    case 'integer':
      return call('integer', schema.minimum, schema.maximum);
    case 'numberOrText':
      return call('numberOrText', schema.maxLength);
    case 'word':
      return call('word', schema.enum?.join(', '));
    case 'text':
      return call('text', pattern, schema.maxLength, schema.minLength);
    default:
      return kind;
  }
}

function kindOf({ type, propertyNames, enum: words }: Schema): string {
  switch (String(type)) {
    case 'object':
      return propertyNames === undefined ? 'members' : 'free';
    case 'array':
      return 'items';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'flag';
    case 'number,string':
      return 'numberOrText';
    case 'string':
      return words === undefined ? 'text' : 'word';
    default:
      throw new Error(`No check for the type ${type}`);
  }
}

/** A call; what is missing at the end is left to the function's defaults. */
const call = (name: string, ...values: readonly (string | number | undefined)[]): string =>
  `${name}(${values
    .slice(0, values.findLastIndex((value) => value !== undefined) + 1)
    .map((value) => JSON.stringify(value) ?? 'undefined')
    .join(', ')})`;

/** Expressions with parts: a part that occurs more than once becomes a constant, any other stays where it is. */
function createPool() {
  const parts = new Map<string, { readonly index: number; uses: number }>();
  return {
    add(text: string): string {
      const known = parts.get(text) ?? { index: parts.size, uses: 0 };
      known.uses++;
      parts.set(text, known);
      return `\0${known.index}\0`;
    },
    resolve(write: (shared: string) => string): string {
      const list = [...parts].map(([text, { uses }]) => ({ text, uses }));
      const inline = (text: string): string =>
        text.replaceAll(/\0(\d+)\0/g, (_, index) => {
          const { text: inner, uses } = list[Number(index)]!;
          return uses > 1 && inner !== 'flag' ? `check${index}` : inline(inner);
        });
      const shared = list.map(({ text, uses }, index) =>
        uses > 1 && text !== 'flag' ? `const check${index} = ${inline(text)};` : '',
      );
      return inline(write(shared.filter(Boolean).join('\n')));
    },
  };
}
