import { z } from 'zod';
import { problemSchema } from './schema/problem.js';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON schema (draft 2020-12) of problem files. */
export function problemJsonSchema(): JsonSchema {
  return z.toJSONSchema(problemSchema, {
    io: 'input', // the file as it is written
    override: ({ jsonSchema }) => {
      // Zod bounds every whole number by what a double holds exactly: no news to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema;
}

/** A field of the problem file. */
export interface FieldRow {
  /** Path of the field, [] for the entries of a list, * for names of the user's choice: `lattice[].length`. */
  readonly path: string;
  /** The kinds of object that have the field, such as `drift`; empty where there is only one kind. */
  readonly kinds: readonly string[];
  readonly type: string;
  /** Unit, `'1'` when dimensionless, `''` where there is none. */
  readonly unit: string;
  readonly required: boolean;
  readonly description: string;
}

/** Every field of a problem file, in the schema's order; what several kinds of an object share stands once. */
export function fieldTable(): FieldRow[] {
  const schema = problemJsonSchema();
  const merged = new Map<string, FieldRow>();
  const definitions = new Map(Object.entries((schema.$defs ?? {}) as Record<string, JsonSchema>));
  for (const row of fieldsOf(schema, '', [], definitions)) {
    const { path, type, unit, required, description } = row;
    const key = JSON.stringify([path, type, unit, required, description]);
    const kinds = [...(merged.get(key)?.kinds ?? []), ...row.kinds];
    merged.set(key, { ...row, kinds: [...new Set(kinds)] });
  }
  return [...merged.values()];
}

/** The field table as Markdown. */
export function fieldTableMarkdown(): string {
  const rows = fieldTable().map(({ path, kinds, type, unit, required, description }) =>
    ['', `\`${path}\``, kinds.join(', '), type, unit, required ? 'yes' : '', description, '']
      .join(' | ')
      .trim(),
  );
  return ['| Field | Of | Type | Unit | Required | Meaning |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

/** Named schemas that have not been described yet. */
type Definitions = Map<string, JsonSchema>;

function fieldsOf(
  schema: JsonSchema,
  path: string,
  kinds: readonly string[],
  definitions: Definitions,
): FieldRow[] {
  const variants = objectVariants(schema);
  if (variants.length > 0) {
    const named = variants.length > 1;
    const ofObjects = variants.flatMap((variant) =>
      fieldsOf(variant, path, named ? [...kinds, variantName(variant)] : kinds, definitions),
    );
    return [
      ...listVariants(schema).flatMap((list) => fieldsOf(list, path, kinds, definitions)),
      ...ofObjects,
    ];
  }
  if (typeof schema.items === 'object') {
    return fieldsOf(follow(schema.items as JsonSchema, definitions), `${path}[]`, kinds, definitions);
  }
  if (typeof schema.additionalProperties === 'object') {
    return fieldsOf(schema.additionalProperties as JsonSchema, `${path}.*`, kinds, definitions);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const fieldPath = path === '' ? key : `${path}.${key}`;
    const field = value as JsonSchema;
    const inner = follow(field, definitions);
    const row = rowOf(field, fieldPath, kinds, schema.required?.includes(key) ?? false);
    return [
      { ...row, description: row.description || (inner.description ?? '') },
      ...fieldsOf(inner, fieldPath, kinds, definitions),
    ];
  });
}

/** Follows a reference once: what it leads to is described where it is met first, and may refer to itself. */
function follow(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const name = referenceName(schema.$ref ?? '');
  const found = definitions.get(name);
  definitions.delete(name);
  return found ?? schema;
}

const referenceName = (reference: string) => reference.split('/').at(-1) ?? '';

function objectVariants(schema: JsonSchema): JsonSchema[] {
  return ((schema.oneOf ?? schema.anyOf ?? []) as JsonSchema[]).filter(
    (variant) => variant.type === 'object',
  );
}

const listVariants = (schema: JsonSchema): JsonSchema[] =>
  ((schema.anyOf ?? []) as JsonSchema[]).filter((variant) => variant.type === 'array');

/** The word that tells a kind of object apart, or its first field. */
function variantName(variant: JsonSchema): string {
  const [name, field] = Object.entries(variant.properties ?? {})[0] ?? [''];
  return String((field as JsonSchema | undefined)?.const ?? name);
}

function rowOf(schema: JsonSchema, path: string, kinds: readonly string[], required: boolean): FieldRow {
  const { text, unit } = splitUnit(schema.description ?? '');
  const entry = schema.prefixItems?.[0] as JsonSchema | undefined;
  const unitOfEntries = entry ? splitUnit(entry.description ?? '').unit : '';
  return { path, kinds, type: typeName(schema), unit: unit || unitOfEntries, required, description: text };
}

function splitUnit(description: string): { text: string; unit: string } {
  const [, text = description, unit = ''] = /^(.*?)\s*\[([^\]]+)\]$/.exec(description) ?? [];
  return { text, unit };
}

function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return `"${String(schema.const)}"`;
  if (schema.enum) return schema.enum.map((word) => `"${String(word)}"`).join(', ');
  if (schema.$ref) return referenceName(schema.$ref);
  if (schema.prefixItems) return `list of ${schema.prefixItems.length}`;
  if (schema.type === 'array') return 'list';
  if (schema.type === 'integer') return 'whole number';
  if (typeof schema.type === 'string') return schema.type;
  if (listVariants(schema).length > 0) return 'list or object';
  return schema.anyOf?.some((variant) => (variant as JsonSchema).type === 'number')
    ? 'number or object'
    : 'object';
}
