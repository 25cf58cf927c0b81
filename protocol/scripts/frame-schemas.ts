import { type Direction, directions, type Message } from '../src/schema/message.ts';

/** JSON Schema as data: the registry's schemas without the marks of the library that built them. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

/** One schema of a frame type, with the directions in which it holds. */
export interface FrameSchema {
  /** `event` for the frame as the relay delivers it, `event-submission` for what a peer hands in. */
  readonly name: string;
  readonly message: Message;
  readonly schema: JsonSchema;
  readonly directions: readonly Direction[];
}

/** Every distinct schema of the registry, in its order. */
export function frameSchemas(registry: readonly Message[]): FrameSchema[] {
  return registry.flatMap((message) => {
    const { type, schemas } = message;
    const delivered = schemas['relay-to-client'] ?? schemas['relay-to-agent'];
    const distinct = [...new Set(directions.map((direction) => schemas[direction]))];
    return distinct
      .filter((schema) => schema !== undefined)
      .map((schema) => ({
        name: delivered === undefined || schema === delivered ? type : `${type}-submission`,
        message,
        schema: JSON.parse(JSON.stringify(schema)) as JsonSchema,
        directions: directions.filter((direction) => schemas[direction] === schema),
      }));
  });
}
