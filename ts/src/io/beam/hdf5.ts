import type { Dataset, Entity, File, Group } from 'h5wasm/node';

/** Something is wrong at a place in an HDF5 file. Crosses from the worker to the caller as plain data. */
export class Hdf5Fault extends Error {
  constructor(
    /** Path of the group, dataset or attribute. */
    readonly where: string,
    message: string,
  ) {
    super(message);
  }
}

/** The innermost complaint of HDF5's many lines, or the message as it is. */
export function complaintOf({ message }: Error): string {
  const innermost = [...message.matchAll(/#\d+: .*?\(\): (.*)/g)].at(-1)?.[1];
  return innermost === undefined ? message.split('\n')[0]! : `is damaged, or no HDF5 file: ${innermost}`;
}

/** Runs something that looks at a place; what HDF5 has to say against it is said about that place. */
export function located<T>(where: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw error instanceof Hdf5Fault ? error : new Hdf5Fault(where, complaintOf(error as Error));
  }
}

/** Deflate compresses to no less than 1/1032: a dataset that claims more is damaged. */
const MOST_COMPRESSION = 1040;
/** Constant records alone cannot ask for more macroparticles than this. */
const MOST_CONSTANT = 2 ** 20;

/** A file that is being read, and its size in bytes: nothing in it can be much larger. */
export interface OpenFile {
  readonly file: File;
  readonly bytes: number;
}

/** The entity of that name in a group, if there is one. */
export function childOf(group: Group, name: string): Entity | undefined {
  const child = () => (group.keys().includes(name) ? (group.get(name) ?? undefined) : undefined);
  return located(`${group.path.replace(/\/$/, '')}/${name}`, child);
}

/** Whether an entity can hold others. */
export const isGroup = (entity: Entity | undefined): entity is Group =>
  entity !== undefined && 'keys' in entity;

/** Whether an entity holds data. */
export const isDataset = (entity: Entity | undefined): entity is Dataset =>
  entity !== undefined && 'metadata' in entity && 'slice' in entity;

/** The group at a path of names, one below the other. */
export function groupAt(root: Group, path: string): Group {
  let group = root;
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    const child = childOf(group, name);
    if (!isGroup(child)) throw new Hdf5Fault(path, 'there is no such group');
    group = child;
  }
  return group;
}

/** A text attribute; `undefined` where there is none. */
export function textAttribute(entity: Group | Dataset, name: string): string | undefined {
  const value = attributeValue(entity, name);
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined) return undefined;
  if (typeof text === 'string') return text.replace(/\0+$/, '');
  throw new Hdf5Fault(`${entity.path}@${name}`, 'must be a text');
}

/** A numeric attribute, `[n]`; `undefined` where there is none. */
export function numberAttribute(entity: Group | Dataset, name: string): number[] | undefined {
  const value = attributeValue(entity, name);
  if (value === undefined || value === null) return undefined;
  const list = typeof value === 'object' ? Array.from(value as ArrayLike<unknown>) : [value];
  const numbers = list.map((entry) => (typeof entry === 'bigint' ? Number(entry) : entry));
  if (numbers.length > 0 && numbers.every((entry) => typeof entry === 'number' && Number.isFinite(entry))) {
    return numbers as number[];
  }
  throw new Hdf5Fault(`${entity.path}@${name}`, 'must be finite numbers');
}

function attributeValue(entity: Group | Dataset, name: string): unknown {
  return located(`${entity.path}@${name}`, () =>
    Object.hasOwn(entity.attrs, name) ? entity.attrs[name]!.value : undefined,
  );
}

/** A record component: its values, or one value for all. */
export interface Component {
  readonly path: string;
  readonly values: Float64Array | number;
  /** Factor to SI units; 1 where none is given. */
  readonly unitSI: number;
  /** Powers of length, mass, time, current, temperature, amount, luminous intensity. */
  readonly dimension: readonly number[] | undefined;
  /** Number of macroparticles. */
  readonly length: number;
}

/**
 * Reads a record component of openPMD: a dataset of one dimension, or a group with `value` and `shape`.
 *
 * @throws Hdf5Fault for anything else
 */
export function readComponent({ bytes }: OpenFile, entity: Group | Dataset, record: Group): Component {
  const unitSI = numberAttribute(entity, 'unitSI')?.[0] ?? 1;
  const dimension = numberAttribute(entity, 'unitDimension') ?? numberAttribute(record, 'unitDimension');
  const common = { path: entity.path, unitSI, dimension };
  if (isDataset(entity)) {
    const values = numbersOf(entity, bytes);
    return { ...common, values, length: values.length };
  }
  const value = numberAttribute(entity, 'value');
  const shape = numberAttribute(entity, 'shape');
  if (value === undefined || shape === undefined) {
    throw new Hdf5Fault(entity.path, 'is neither a dataset nor a constant record with value and shape');
  }
  const length = shape.reduce((product, n) => product * n, 1);
  return { ...common, values: value[0]!, length };
}

/** Refuses a number of macroparticles that no record of the file holds one by one, unless it is a small one. */
export function requirePlausible(components: readonly Component[], length: number): void {
  if (Number.isSafeInteger(length) && length >= 0 && length <= MOST_CONSTANT) return;
  if (components.some(({ values }) => typeof values !== 'number')) return;
  throw new Hdf5Fault(components[0]!.path, `${length} macroparticles of constant records are too many`);
}

function numbersOf(dataset: Dataset, fileBytes: number): Float64Array {
  const { type, size, total_size: count, shape } = located(dataset.path, () => dataset.metadata);
  if ((type !== 0 && type !== 1) || shape === null || shape.length !== 1) {
    throw new Hdf5Fault(dataset.path, 'must be numbers in one dimension');
  }
  if (count * size > MOST_COMPRESSION * fileBytes) {
    throw new Hdf5Fault(dataset.path, `cannot hold ${count} numbers in a file of ${fileBytes} bytes`);
  }
  const values = located(dataset.path, () => dataset.value);
  if (values instanceof Float64Array) return values;
  if (ArrayBuffer.isView(values)) return Float64Array.from(values as Float32Array, Number);
  throw new Hdf5Fault(dataset.path, 'must be numbers');
}
