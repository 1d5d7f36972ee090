import type { z } from 'zod';
import { ProblemError, UnkickError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { JsonDocument } from './json.js';
import { wrong } from './schema/fields.js';
import { OPERATORS } from './schema/objective.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A JSON document together with the name its errors carry. */
export interface NamedDocument extends JsonDocument {
  readonly file: string;
}

/**
 * Checks a document against a schema.
 *
 * @throws ProblemError for the first thing that does not fit: file, line, column, path and what is wrong
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  document: NamedDocument,
): z.output<Schema> {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => ofListOrObject(issue, document.value));
  // A misspelt field is reported before the field that is missing because of it.
  const first = issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0]!;
  const { path, message } = innermost(first, document.value);
  const others = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw problemError(document, path, message + others);
}

/** An error at a path of a document: `fodo.json:12:5: lattice[2].length: is missing …`. */
export function problemError(
  document: NamedDocument,
  path: Path,
  message: string,
  options: ErrorOptions = {},
): ProblemError {
  const { line, column } = document.position(path);
  const inFile = pathText(path);
  const where = inFile === '' ? '' : `${inFile}: `;
  return new ProblemError(`${document.file}:${line}:${column}: ${where}${message}`, {
    file: document.file,
    path: inFile,
    ...options,
  });
}

/** Runs a constructor; what it has to say against its arguments is said about their place in the file. */
export function at<T>(document: NamedDocument, path: Path, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof UnkickError)) throw error;
    throw problemError(document, path, error.message, { cause: error });
  }
}

/** ['lattice', 2, 'k1'] as lattice[2].k1. */
function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** Where a list or an object may stand, what is wrong is what the one has to say that stands there. */
function ofListOrObject(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const given = valueAt(value, issue.path);
  const [ofList = [], ofObject = []] = issue.errors;
  const expectsList = ofList.some((one) => one.code === 'invalid_type' && one.expected === 'array');
  const isList = Array.isArray(given);
  if (!isList && !(expectsList && typeof given === 'object' && given !== null)) return [issue];
  return (isList ? ofList : ofObject).map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** Where an issue is and what it says; within an objective, of the part that is wrong. */
function innermost(issue: Issue, value: unknown, prefix: Path = []): { path: Path; message: string } {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return { path: [...path, issue.keys[0] ?? ''], message: issue.message };
  }
  if (issue.code !== 'invalid_union') return { path, message: issue.message };
  if (issue.errors.length === OPERATORS.length) return inExpression(issue.errors, value, path);
  // An operand is a number or an objective, in this order.
  const asObjective = issue.errors.at(-1)?.[0];
  return asObjective?.code === 'invalid_union'
    ? innermost(asObjective, value, path)
    : { path, message: issue.message };
}

/**
 * Each kind of expression has something to say against an objective that fits none; what counts is the complaint of
 * the kind whose operator stands there.
 */
function inExpression(complaints: Issue[][], value: unknown, path: Path): { path: Path; message: string } {
  const operator = operatorOf(valueAt(value, path));
  if (typeof operator !== 'string') return { path, message: operator.complaint };
  const [first] = complaints[OPERATORS.indexOf(operator)]!;
  return innermost(first!, value, path);
}

/** The operator of an expression, or what is wrong with it. */
function operatorOf(input: unknown): string | { complaint: string } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { complaint: wrong('must be an objective such as { "sigma": "x" }', input) };
  }
  const keys = Object.keys(input);
  const operators = keys.filter((key) => OPERATORS.includes(key));
  if (operators.length === 1) return operators[0]!;
  if (operators.length > 1) {
    return { complaint: `names ${operators.join(' and ')} at once: combine them with sum, product or minus` };
  }
  const [first] = keys;
  if (first === undefined) return { complaint: 'is empty: it must be an objective such as { "sigma": "x" }' };
  return { complaint: `knows no quantity or operation '${first}'${didYouMean(first, OPERATORS)}` };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
