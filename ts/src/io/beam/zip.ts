import { crc32, inflateRawSync } from 'node:zlib';
import { fileError } from './rawBeam.js';

/*
 * ZIP archives as far as NumPy's .npz files need them (PKWARE, APPNOTE.TXT): stored or deflated members, no encryption,
 * below 4 GiB. Checksums are compared.
 */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const LIMIT = 2 ** 32 - 1;
/** Deflate compresses to no less than 1/1032: a member that claims more is damaged or malicious. */
const MOST_COMPRESSION = 1040;

/**
 * The members of an archive by name, each as a function that unpacks and checks it.
 *
 * @param file - the name that errors show
 * @throws BeamFileError naming the byte or the member; so do the functions
 */
export function unzip(bytes: Buffer, file: string): Map<string, () => Buffer> {
  const end = endOf(bytes, file);
  const members = new Map<string, () => Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    if (at + CENTRAL_SIZE > end || bytes.readUInt32LE(at) !== CENTRAL) {
      throw fileError(file, `byte ${at}`, 'the directory of the archive is damaged');
    }
    const nameEnd = at + CENTRAL_SIZE + bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + CENTRAL_SIZE, Math.min(nameEnd, end));
    const entry = at;
    members.set(name, () => memberAt(bytes, entry, name, file));
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return members;
}

/** The end of the central directory, which a comment may follow. */
function endOf(bytes: Buffer, file: string): number {
  const first = Math.max(0, bytes.length - END_SIZE - 0xffff);
  for (let at = bytes.length - END_SIZE; at >= first; at--) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw fileError(file, `byte ${bytes.length}`, 'is no ZIP archive, or ends too early');
}

/** Reads a member from what the directory says at a place. */
function memberAt(bytes: Buffer, at: number, name: string, file: string): Buffer {
  const fail = (message: string, options?: ErrorOptions) =>
    fileError(file, name.slice(0, 60), message, options);
  const [method, checksum] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16)];
  const [packed, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
  const local = bytes.readUInt32LE(at + 42);
  if (packed === LIMIT || size === LIMIT || local === LIMIT)
    throw fail('is larger than 4 GiB: save it as .h5');
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw fail('is encrypted');
  if (local + LOCAL_SIZE > bytes.length || bytes.readUInt32LE(local) !== LOCAL) {
    throw fail(`should begin at byte ${local}, and does not`);
  }
  const start = local + LOCAL_SIZE + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (start + packed > bytes.length) throw fail(`ends at byte ${start + packed}, after the end of the file`);
  const data = unpack(bytes.subarray(start, start + packed), method, size, fail);
  if (crc32(data) !== checksum) throw fail('is damaged: its checksum is wrong');
  return data;
}

function unpack(
  data: Buffer,
  method: number,
  size: number,
  fail: (message: string, options?: ErrorOptions) => Error,
): Buffer {
  if (method !== 0 && method !== 8) throw fail(`is compressed by the unknown method ${method}`);
  if (method === 0) {
    if (data.length === size) return data;
    throw fail(`has ${data.length} bytes, not ${size}`);
  }
  if (size > MOST_COMPRESSION * data.length) throw fail(`cannot have ${size} bytes: its size is wrong`);
  try {
    const unpacked = inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
    if (unpacked.length === size) return unpacked;
    throw fail(`has ${unpacked.length} bytes, not ${size}`);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z') && !(error instanceof RangeError))
      throw error;
    throw fail(`is damaged: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * An archive of members that are stored as they are, as buffers to be written one after the other.
 *
 * @param file - the name that errors show
 * @throws BeamFileError for 4 GiB or more
 */
export function zip(members: ReadonlyMap<string, Buffer>, file: string): Buffer[] {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of members) {
    const nameBytes = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26); // what local header and directory share: version to lengths
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8); // 1 January 1980, the earliest date there is
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(signature(CENTRAL), Buffer.from([20, 0]), common, tail, nameBytes);
    parts.push(signature(LOCAL), common, nameBytes, data);
    offset += LOCAL_SIZE + nameBytes.length + data.length;
    if (offset > LIMIT) throw fileError(file, name, 'the archive would be larger than 4 GiB: save it as .h5');
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(members.size, 8);
  end.writeUInt16LE(members.size, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return [...parts, ...directory, end];
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
