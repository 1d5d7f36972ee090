import { fileError } from './rawBeam.js';

/** A NumPy array of numbers or of one text. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** In the order in which the file has them. */
  readonly values: Float64Array;
  /** Whether the first index runs fastest (Fortran order). */
  readonly firstFastest: boolean;
  /** The text of an array of one string. */
  readonly text?: string;
}

const MAGIC = '\x93NUMPY';
const LONGEST_HEADER = 2 ** 16;

/**
 * Decodes a NumPy file, format versions 1 to 3 (numpy.lib.format): float32, float64, 32- and 64-bit integers in either
 * byte order, or one Unicode string.
 *
 * @param file - the name that errors show
 * @throws BeamFileError naming the byte
 */
export function decodeNpy(bytes: Buffer, file: string): NpyArray {
  if (bytes.subarray(0, 6).toString('latin1') !== MAGIC) throw fileError(file, 'byte 0', 'is no NumPy array');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw fileError(file, 'byte 6', `has the unknown version ${version}`);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw fileError(file, `byte ${bytes.length}`, 'ends within its header');
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const end = start + length;
  if (length > LONGEST_HEADER || end > bytes.length) {
    throw fileError(file, 'byte 8', `has a header of ${length} bytes in a file of ${bytes.length}`);
  }
  const { type, firstFastest, shape } = parseHeader(bytes.toString('latin1', start, end), file, start);
  const data = bytes.subarray(end);
  const count = shape.reduce((product, n) => product * n, 1);
  if (count * type.size !== data.length) {
    const needed = `${shape.length === 0 ? 'a number' : shape.join(' × ')} of ${type.size} bytes`;
    throw fileError(
      file,
      `byte ${end}`,
      `needs ${count * type.size} bytes for ${needed}, has ${data.length}`,
    );
  }
  if (type.kind !== 'U') return { shape, firstFastest, values: numbersOf(data, type) };
  if (count !== 1) throw fileError(file, `byte ${start}`, `holds ${count} texts, where one is expected`);
  return { shape, firstFastest, values: new Float64Array(0), text: textOf(data, type) };
}

interface ElementType {
  readonly bigEndian: boolean;
  /** f: floating point, i and u: integers, U: text. */
  readonly kind: string;
  /** Bytes of an element. */
  readonly size: number;
}

function parseHeader(header: string, file: string, start: number) {
  const field = (name: string, pattern: string) =>
    new RegExp(`'${name}'\\s*:\\s*${pattern}`).exec(header)?.[1];
  const descr = field('descr', "'([^']*)'");
  const order = field('fortran_order', '(True|False)');
  const dimensions = field('shape', '\\(([\\d\\s,]*)\\)');
  if (descr === undefined || order === undefined || dimensions === undefined) {
    const message = 'the header has no descr, fortran_order and shape of a plain array';
    throw fileError(file, `byte ${start}`, message);
  }
  const [, endian, kind, width] = /^([<>=|])([fiuU])(\d{1,6})$/.exec(descr) ?? [];
  const size = Number(width) * (kind === 'U' ? 4 : 1);
  const known = kind === 'U' || (kind === 'f' ? [4, 8] : [1, 2, 4, 8]).includes(size);
  if (kind === undefined || !known) {
    throw fileError(file, `byte ${start}`, `holds elements of type '${descr}': float32 or float64 are read`);
  }
  const type: ElementType = { bigEndian: endian === '>', kind, size };
  const shape = dimensions.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  return { type, firstFastest: order === 'True', shape };
}

function numbersOf(data: Buffer, { kind, size, bigEndian }: ElementType): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const values = new Float64Array(data.length / size);
  const little = !bigEndian;
  const read = READERS[`${kind}${size}`]!;
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size, little);
  return values;
}

const READERS: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
};

/** UTF-32, padded with zeros. */
function textOf(data: Buffer, { bigEndian }: ElementType): string {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const code = bigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at);
    if (code > 0 && code < 0x110000) text += String.fromCodePoint(code);
  }
  return text;
}

/** Encodes an array of numbers, C order, little endian, format version 1. */
export function encodeNpy(values: Float64Array, shape: readonly number[]): Buffer {
  const data = Buffer.alloc(8 * values.length);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i < values.length; i++) view.setFloat64(8 * i, values[i]!, true);
  return Buffer.concat([headerOf('<f8', shape), data]);
}

/** Encodes a text as an array of one Unicode string. */
export function encodeNpyText(text: string): Buffer {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const data = Buffer.alloc(4 * codes.length);
  for (const [i, code] of codes.entries()) data.writeUInt32LE(code, 4 * i);
  return Buffer.concat([headerOf(`<U${codes.length}`, []), data]);
}

/** Magic, version and header, padded to a multiple of 64 bytes as the format asks. */
function headerOf(descr: string, shape: readonly number[]): Buffer {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Buffer.from(`${MAGIC}\x01\x00\0\0`, 'latin1');
  head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(`${dictionary.padEnd(length - 1)}\n`, 'latin1')]);
}
