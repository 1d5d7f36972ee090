import { z } from 'zod';
import { COORDINATES, perCoordinate as perName } from '../../beam/coordinates.js';
import { didYouMean } from '../../nearest.js';

/*
 * The building blocks of the problem-file schema. Every description ends with the field's unit in brackets, [1] when
 * dimensionless: the field table of docs/problem-file.md and the output of `unkick schema` are made from them.
 */

/** A finite number with a unit. */
export const quantity = (unit: string, description: string) =>
  z
    .number({
      error: (issue) => wrong(`must be a number in ${unit === '1' ? 'plain units' : unit}`, issue.input),
    })
    .describe(`${description} [${unit}]`);

/** A whole number of at least `least`. */
export const count = (least: number, description: string) =>
  z
    .int({ error: (issue) => wrong('must be a whole number', issue.input) })
    .min(least, { error: (issue) => `must be at least ${least}, not ${issue.input}` })
    .describe(`${description} [1]`);

/** Free text. */
export const text = (description: string) =>
  z.string({ error: (issue) => wrong('must be a string', issue.input) }).describe(description);

/** True or false. */
export const flag = (description: string) =>
  z.boolean({ error: (issue) => wrong('must be true or false', issue.input) }).describe(description);

/** One of the listed words. */
export const choice = <const Words extends readonly [string, ...string[]]>(
  words: Words,
  description: string,
) => z.enum(words, { error: (issue) => notOneOf(issue.input, words) }).describe(description);

/** A number for all six coordinates, or an object with those of some. */
export const perCoordinate = (unit: string, description: string) => {
  const rule = `must be a number, or an object with numbers for any of ${COORDINATES.join(', ')}`;
  const one = (name: string) => quantity(unit, `The same for ${name} alone`).optional();
  const some = object(perName(one));
  return z
    .union([z.number(), some], { error: (issue) => wrong(rule, issue.input) })
    .describe(`${description} [${unit}]`);
};

/** A list of numbers of one unit. */
export const numbers = (unit: string, description: string) =>
  z
    .array(z.number({ error: (issue) => wrong(`must be a number in ${unit}`, issue.input) }), {
      error: (issue) => wrong('must be a list of numbers', issue.input),
    })
    .describe(`${description} [${unit}]`);

/** Rows of numbers, all of one length. */
export const rowsOfNumbers = (rows: number, columns: number, description: string) => {
  const rule = (of: string, n: number) => `must be ${n} ${of}`;
  const error = (of: string, n: number) => (issue: { input?: unknown }) => wrong(rule(of, n), issue.input);
  const row = z.array(z.number({ error: (issue) => wrong('must be a number', issue.input) }), {
    error: error('numbers', columns),
  });
  return z
    .array(row.length(columns, { error: error('numbers', columns) }), { error: error('rows', rows) })
    .length(rows, { error: error('rows', rows) })
    .describe(description);
};

/** Three values of the same kind, one per axis x, y, z. */
export const perAxis = <Item extends z.ZodType>(item: Item, description: string) =>
  z
    .tuple([item, item, item], {
      error: (issue) => wrong('must be a list of three, for x, y and z', issue.input),
    })
    .describe(description);

/** Two values of the same kind, one per axis x, y. */
export const perPlaneAxis = <Item extends z.ZodType>(item: Item, description: string) =>
  z
    .tuple([item, item], { error: (issue) => wrong('must be a list of two, for x and y', issue.input) })
    .describe(description);

/** An object with these fields and no others. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownField(issue.keys[0] ?? '', Object.keys(shape))
        : wrong('must be an object', issue.input),
  });

/** One of several objects, told apart by the word in their field `key`, which one of them may leave out. */
export function discriminated<
  const Key extends string,
  const Options extends readonly [Kind<Key>, ...Kind<Key>[]],
>(key: Key, options: Options) {
  const words = options.map((option) => {
    const word: z.ZodLiteral<string> | z.ZodOptional<z.ZodLiteral<string>> = option.shape[key];
    return (word instanceof z.ZodOptional ? word.unwrap() : word).value;
  });
  return z.discriminatedUnion(key, options, {
    error: ({ input }) => (isObject(input) ? notOneOf(input[key], words) : wrong('must be an object', input)),
  });
}

type Kind<Key extends string> = z.ZodObject<
  { [K in Key]: z.ZodLiteral<string> | z.ZodOptional<z.ZodLiteral<string>> } & z.ZodRawShape
>;

const isObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** "unknown field 'lenght' — did you mean 'length'?" */
export const unknownField = (key: string, known: readonly string[]) =>
  `unknown field '${key}'${didYouMean(key, known)}`;

/** "must be one of …, not 'drfit' — did you mean 'drift'?" */
export function notOneOf(input: unknown, words: readonly string[]): string {
  const complaint = wrong(`must be one of ${words.join(', ')}`, input);
  const guess = typeof input === 'string' ? didYouMean(input, words) : '';
  return guess.includes('did you mean') ? complaint + guess : complaint;
}

/** "is missing: must be a number in m", or "must be a number in m, not 'abc'". */
export function wrong(rule: string, input: unknown): string {
  return input === undefined ? `is missing: it ${rule}` : `${rule}, not ${inShort(input)}`;
}

/** A value as a message shows it, never longer than a few words. */
function inShort(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value.length <= 40 ? `'${value}'` : `'${value.slice(0, 37)}…'`;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
