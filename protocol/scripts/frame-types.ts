import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { AttachSchema } from '../src/schema/attach.ts';
import { ErrorSchema } from '../src/schema/error.ts';
import { EventSchema } from '../src/schema/event.ts';
import { Actions, AgentPresence, Attachments, Commands } from '../src/schema/fields.ts';
import { HelloSchema } from '../src/schema/hello.ts';
import { type Direction, directions, type Message } from '../src/schema/message.ts';
import { TurnSchema } from '../src/schema/turn.ts';
import { WelcomeSchema } from '../src/schema/welcome.ts';

const plain = (schema: unknown): JSONSchema => JSON.parse(JSON.stringify(schema));
const pascal = (name: string): string =>
  name.replace(/(^|[-_])(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());

/** Objects within frames that deserve a name of their own. */
const parts: Record<string, unknown> = {
  Action: Actions().items,
  AgentPresence: AgentPresence(),
  Attachment: Attachments().items,
  Command: Commands().items,
  Cursor: (HelloSchema.properties.attach as unknown as { items: unknown }).items,
  ErrorDetails: ErrorSchema.properties.details,
  Files: WelcomeSchema.properties.files,
  Heartbeat: WelcomeSchema.properties.heartbeat,
  Identity: WelcomeSchema.properties.identity,
  Limits: WelcomeSchema.properties.limits,
  Sender: EventSchema.properties.sender,
  Software: HelloSchema.properties.software,
  TurnError: TurnSchema.properties.error,
};
const partDescriptions: Record<string, string> = {
  Action: 'A button.',
  Attachment: 'A file by reference.',
  Command: 'Something that the agent does when it is told to by its name.',
  Cursor: AttachSchema.description ?? '',
};

/** Plain interfaces, so that a consumer of the types needs no schema library. */
export async function frameTypes(registry: readonly Message[]): Promise<[string, string][]> {
  const interfaces = new Map<string, JSONSchema>();
  for (const [name, schema] of Object.entries(parts)) {
    const { tsType: _, ...rest } = plain(schema);
    interfaces.set(name, { ...rest, description: partDescriptions[name] ?? rest.description ?? '' });
  }
  const unions = new Map<Direction, string[]>(directions.map((direction) => [direction, []]));
  for (const { type, schemas } of registry) {
    const variants = new Map<unknown, string>();
    const delivered = schemas['relay-to-client'] ?? schemas['relay-to-agent'];
    for (const direction of directions) {
      const schema = schemas[direction];
      if (schema === undefined) continue;
      const name =
        variants.get(schema) ??
        `${pascal(type)}${delivered === undefined || schema === delivered ? '' : 'Submission'}${type === 'error' ? 'Frame' : ''}`;
      variants.set(schema, name);
      interfaces.set(name, plain(schema));
      unions.get(direction)!.push(name);
    }
  }
  const bodies: string[] = [];
  for (const [name, schema] of interfaces) {
    bodies.push(
      await compile({ ...schema, title: name }, name, {
        additionalProperties: false,
        bannerComment: '',
        declareExternallyReferenced: false,
        format: true,
        style: { singleQuote: true, printWidth: 110 },
      }),
    );
  }
  for (const [direction, names] of unions) {
    const [from, to] = direction.split('-to-') as [string, string];
    bodies.push(
      `/** Every frame that ${article(from)} ${from} sends to ${article(to)} ${to}. */\nexport type ${pascal(direction)} =\n${names.map((name) => `  | ${name}`).join('\n')};\n`,
    );
  }
  const head =
    "// Generated from the registry by protocol/scripts/generate.ts\nimport type { ErrorCode } from '../error-codes.ts';\n\n";
  return [['src/generated/frames.ts', head + bodies.join('\n')]];
}

const article = (noun: string): string => (noun === 'agent' ? 'an' : 'a');
