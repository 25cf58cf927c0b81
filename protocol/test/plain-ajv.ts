import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Direction, directions } from '../src/schema/message.ts';

interface Bundle {
  readonly $defs: Readonly<Record<string, BundledFrame>>;
}
interface BundledFrame {
  readonly anyOf?: readonly { readonly $ref: string }[];
  readonly properties?: { readonly type?: { readonly const?: string } };
}

/** What plain ajv says of a frame: no verdict where the direction does not have its type. */
export type Verdict = readonly (readonly [path: string, keyword: string])[] | undefined;

export const draftFolder = join(import.meta.dirname, '..', 'schema', 'draft');

/**
 * Validators of the published files alone, under both drafts of JSON Schema and from the bundle as well as from the
 * files of single frames: whoever holds only these files gets these verdicts.
 */
export function publishedSchemas(folder = draftFolder): ((direction: Direction, frame: object) => Verdict)[] {
  const bundle = readSchema(folder, 'websocket-channel') as Bundle;
  const names = new Map<string, string>();
  for (const direction of directions) {
    for (const { $ref } of bundle.$defs[direction]!.anyOf!) {
      const name = $ref.replace('#/$defs/', '');
      names.set(`${direction} ${bundle.$defs[name]!.properties!.type!.const}`, name);
    }
  }
  return [Ajv, Ajv2020].flatMap((Dialect) => {
    const ajv = new Dialect({ strict: true, allErrors: true, allowUnionTypes: true });
    ajv.addSchema(bundle, 'bundle');
    const files = new Map<string, ValidateFunction>();
    const single = (name: string): ValidateFunction => {
      const known = files.get(name) ?? ajv.compile(readSchema(folder, name));
      files.set(name, known);
      return known;
    };
    const bundled = (name: string): ValidateFunction => ajv.getSchema(`bundle#/$defs/${name}`)!;
    return [single, bundled].map((find) => (direction, frame) => {
      const name = names.get(`${direction} ${(frame as { type?: string }).type}`);
      if (name === undefined) return undefined;
      const validate = find(name);
      return validate(frame) ? [] : verdictOf(validate.errors ?? []);
    });
  });
}

/** A schema file without the name of its draft, so that either draft's ajv takes it. */
export function readSchema(folder: string, name: string): object {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  return schema;
}

/** Of a value of the wrong type, only that counts; the name of a member is judged by its own rule. */
function verdictOf(errors: readonly ErrorObject[]): Verdict {
  const broken = errors
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .map(({ instancePath, keyword, params }): [string, string] => [
      keyword === 'required' ? `${instancePath}/${params.missingProperty}` : instancePath,
      keyword,
    ]);
  return broken.filter(
    ([path, keyword]) =>
      keyword === 'type' || !broken.some(([other, rule]) => other === path && rule === 'type'),
  );
}
