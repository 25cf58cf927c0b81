import { type TSchema, Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';

/** Closed set of strings. */
export const literals = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description });

/** Open set of strings: the known values are documented, an unknown one is legal. */
export const openLiterals = (values: readonly string[], description: string) =>
  Type.Unsafe<string>({
    type: 'string',
    pattern: '^[a-z][a-z0-9_-]{0,31}$',
    description: `${description} Known values: ${values.map((value) => `\`${value}\``).join(', ')}; others may follow.`,
    tsType: `${values.map((value) => `'${value}'`).join(' | ')} | (string & {})`,
  });

export const Id = (description: string) =>
  Type.String({ pattern: `^[A-Za-z0-9_-]{1,${limits.idLength}}$`, description });

export const Source = (description: string) =>
  Type.String({ pattern: `^[!-.0-~]{1,${limits.sourceLength}}$`, description });

export const Conversation = () =>
  Type.String({
    pattern: `^[!-~]{1,${limits.conversationLength}}$`,
    description:
      'The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.',
  });

export const Timestamp = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description });

export const Duration = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 2_147_483_647, description });

export const Name = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: limits.nameLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]*$',
    description,
  });

export const Content = () =>
  Type.String({ maxLength: limits.contentLength, description: 'The text, in Markdown. May be empty.' });

export const Epoch = () =>
  Id("Identity of the conversation's log. A new epoch means that earlier cursors are void.");

export const Seq = (minimum: 0 | 1, description: string) =>
  Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, description });

export const Ext = () =>
  Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    propertyNames: { pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$' },
    maxProperties: 16,
    description: 'Extensions, keyed by reverse-DNS names. The only free object of the protocol.',
    tsType: 'Record<string, unknown>',
  });

/** A member that the sender must leave out, since the relay assigns it. */
export const Forbidden = (description: string) =>
  Type.Unsafe<never>({ not: {}, description, tsType: 'never' });

export const Events = (description: string) =>
  Type.Array(Id('Id of an event.'), { maxItems: limits.events, description, tsType: 'string[]' });

export const Attachments = () =>
  Type.Array(
    Type.Object({
      id: Id('Identity of the file.'),
      name: Type.String({ minLength: 1, maxLength: 255, description: 'File name.' }),
      mime: Type.String({ pattern: '^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$', description: 'MIME type.' }),
      size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Size in bytes.' }),
      sha256: Type.Optional(
        Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Digest of the bytes, in hex.' }),
      ),
      url: Type.String({
        minLength: 1,
        maxLength: limits.urlLength,
        description: 'Where the bytes are: absolute, or relative to the relay.',
      }),
      width: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Pixels.' })),
      height: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Pixels.' })),
      durationMs: Type.Optional(Duration('Length of a recording in milliseconds.')),
    }),
    {
      maxItems: limits.files,
      description: 'Files by reference; bytes never travel in a frame.',
      tsType: 'Attachment[]',
    },
  );

export const Actions = () =>
  Type.Array(
    Type.Object({
      id: Id('Named by the `content` of the event of kind `action` that answers.'),
      label: Name('What the button says.'),
      style: Type.Optional(openLiterals(['primary', 'danger'], 'How the button looks.')),
    }),
    {
      maxItems: limits.actions,
      description:
        'Buttons; a participant presses one by an event of kind `action` whose `target` is the reply.',
      tsType: 'Action[]',
    },
  );

export const Commands = () =>
  Type.Array(
    Type.Object({
      name: Id('What is said to run it, after a `/`.'),
      description: Name('What it does, in a few words.'),
      args: Type.Optional(Name('What may follow it, for people: `<required>`, `[optional]`.')),
    }),
    {
      maxItems: limits.commands,
      description: 'What the agent does when an event begins with `/` and the name of one of these.',
      tsType: 'Command[]',
    },
  );

export const AgentPresence = () =>
  Type.Object(
    {
      source: Source('Id of the agent account.'),
      online: Type.Boolean({ description: 'Whether the agent is connected to the relay.' }),
      stream: Type.Optional(
        literals(
          ['token', 'block', 'none'],
          'How finely the agent streams its replies; absent while unknown.',
        ),
      ),
      name: Type.Optional(Name('Display name of the agent.')),
      commands: Type.Optional(Commands()),
    },
    { description: "The conversation's agent.", tsType: 'AgentPresence' },
  );

export const Software = () =>
  Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 64, description: 'Product.' }),
      version: Type.String({ minLength: 1, maxLength: 64, description: 'Its version.' }),
    },
    { description: 'What the peer runs, for logs.', tsType: 'Software' },
  );

export const Capabilities = () =>
  Type.Array(Type.String({ pattern: '^[a-z][a-z0-9.-]{0,63}$' }), {
    maxItems: limits.capabilities,
    description:
      'Optional features that the peer supports. Nobody sends a frame whose capability its reader did not declare.',
    tsType: 'string[]',
  });

/** A frame: an object told apart by `type`; members that the schema does not name are ignored. */
export const Frame = <const T extends string, P extends Record<string, TSchema>>(
  type: T,
  members: P,
  description: string,
) => Type.Object({ type: Type.Literal(type), ...members }, { description });
