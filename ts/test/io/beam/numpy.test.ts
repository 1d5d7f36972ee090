import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { COORDINATES } from '../../../src/beam/coordinates.js';
import { encodeNpy, encodeNpyText } from '../../../src/io/beam/npy.js';
import { zip } from '../../../src/io/beam/zip.js';
import { worstDifference } from '../../beam/statistics.js';
import { complaint, fixture, library, withFile } from './files.js';

const { loadBeam } = library;
const OPTIONS = { species: 'electron', energy: 2.5e6, charge: 1e-12 } as const;

describe('files of NumPy', () => {
  it.each([
    ['fortran-order.npy', 0],
    ['big-endian-f4.npy', 1e-9], // float32 of millimetres
    ['stored.npz', 0],
    ['deflated.npz', 0],
  ])('%s holds the same as c-order.npy', async (name, tolerance) => {
    const { beam: reference } = await loadBeam(fixture('c-order.npy'), OPTIONS);
    const { beam } = await loadBeam(fixture(name), name.endsWith('npy') ? OPTIONS : {});
    for (const coordinate of COORDINATES) {
      const worst = worstDifference(beam.coordinates[coordinate], reference.coordinates[coordinate]);
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
    expect([beam.particles, beam.energy, beam.species.name]).toEqual([12, 2.5e6, 'electron']);
    if (name.endsWith('npz')) expect(beam.charges[2]).toBeCloseTo(3e-13, 25);
  });

  it('the first row is what Python put there', async () => {
    const { beam } = await loadBeam(fixture('c-order.npy'), OPTIONS);
    // numpy.random.default_rng(7).normal() is 0.0012301…, times 1e-3.
    expect(beam.coordinates.x[0]).toBeCloseTo(1.230153357482574e-6, 18);
  });
});

describe('arrays', () => {
  it('with a seventh column of ones are Cheetah’s, others have charges there', async () => {
    const rows = (last: number) =>
      encodeNpy(Float64Array.of(1, 0, 0, 0, 0, 0, last, 2, 0, 0, 0, 0, 0, last), [2, 7]);
    const cheetah = await withFile('b.npy', rows(1), (path) => loadBeam(path, OPTIONS));
    expect(cheetah.beam.charge).toBeCloseTo(1e-12, 24);
    const { species, energy } = OPTIONS;
    const own = await withFile('b.npy', rows(3e-12), (path) => loadBeam(path, { species, energy }));
    expect(own.beam.charge).toBeCloseTo(6e-12, 24);
  });

  const good = encodeNpy(new Float64Array(12), [2, 6]);
  const header = (from: string, to: string) =>
    Buffer.from(good.toString('latin1').replace(from, to.padEnd(from.length)), 'latin1');
  it.each<[string, Uint8Array, string]>([
    [
      'a short file',
      good.subarray(0, good.length - 8),
      'byte 128: needs 96 bytes for 2 × 6 of 8 bytes, has 88',
    ],
    ['a longer one', Buffer.concat([good, Buffer.alloc(3)]), 'has 99'],
    ['a huge count', header('(2, 6), }      ', '(99999999999, 6), }'), 'needs 4799999999952 bytes'],
    [
      'other shapes',
      encodeNpy(new Float64Array(12), [6, 2]),
      'has the shape (6, 2), where (n, 6) or (n, 7) is expected: transpose it',
    ],
    ['one dimension', encodeNpy(new Float64Array(6), [6]), 'has the shape (6)'],
    ['objects', header("'<f8'", "'|O'"), "byte 10: holds elements of type '|O'"],
    [
      'another version',
      Buffer.from(good.toString('latin1').replace('\x01\x00', '\x09\x00'), 'latin1'),
      'has the unknown version 9',
    ],
    ['a header that is none', header("'descr'", "'dscre'"), 'has no descr, fortran_order and shape'],
    [
      'a header that goes on',
      Buffer.from(`\x93NUMPY\x01\x00\xff\xff{}`, 'latin1'),
      'has a header of 65535 bytes in a file of 12',
    ],
    ['three bytes', good.subarray(0, 8), 'ends within its header'],
    [
      'a number that is none',
      encodeNpy(new Float64Array(12).fill(Number.NaN), [2, 6]),
      'x of particle 0 is NaN',
    ],
    ['nobody', encodeNpy(new Float64Array(0), [0, 6]), 'holds no macroparticle'],
  ])('refuse %s', async (_, bytes, message) => {
    const { message: said, kind } = await complaint('b.npy', bytes, OPTIONS);
    expect(said).toMatch(/^b\.npy: /);
    expect(said).toContain(message);
    expect(kind).toBe('BeamFileError');
  });
});

describe('archives', () => {
  const stored = readFileSync(fixture('stored.npz'));
  const archive = (members: Record<string, Buffer>) =>
    Buffer.concat(zip(new Map(Object.entries(members)), 'b.npz'));
  const flipped = (at: number) => {
    const bytes = Buffer.from(stored);
    bytes[at]! ^= 0x10;
    return bytes;
  };

  it('list members that were not used', async () => {
    const members = {
      'coordinates.npy': encodeNpy(new Float64Array(6), [1, 6]),
      'weights.npy': Buffer.alloc(1),
    };
    const { warnings } = await withFile('b.npz', archive(members), (path) => loadBeam(path, OPTIONS));
    expect(warnings).toEqual(['members that were not used: weights.npy']);
  });

  it('unpack to no more than they say', async () => {
    const bomb = deflateRawSync(Buffer.alloc(10_000_000));
    const bytes = archive({ 'coordinates.npy': bomb });
    const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt16LE(8, directory + 10); // deflated, still with the packed size as its size
    expect((await complaint('b.npz', bytes)).message).toContain('coordinates.npy: is damaged: ');
    bytes.writeUInt32LE(4e9, directory + 24);
    expect((await complaint('b.npz', bytes)).message).toContain('cannot have 4000000000 bytes');
  });

  it.each<[string, Uint8Array, string]>([
    ['a flipped bit', flipped(250), 'x.npy: is damaged: its checksum is wrong'],
    ['half of it', stored.subarray(0, stored.length / 2), 'is no ZIP archive, or ends too early'],
    ['a missing coordinate', archive({ 'x.npy': encodeNpy(new Float64Array(2), [2]) }), 'px.npy: is missing'],
    [
      'a text for a number',
      archive({
        'energy.npy': encodeNpyText('high'),
        'coordinates.npy': encodeNpy(new Float64Array(6), [1, 6]),
      }),
      'energy.npy: must hold one number',
    ],
    [
      'a damaged directory',
      Buffer.from(stored.toString('latin1').replace('PK\x01\x02', 'PKxx'), 'latin1'),
      'the directory of the archive is damaged',
    ],
  ])('refuse %s', async (_, bytes, message) => {
    const { message: said, kind } = await complaint('b.npz', bytes);
    expect(said).toContain(message);
    expect(kind).toBe('BeamFileError');
  });

  it('refuse columns of unequal lengths', async () => {
    const column = (n: number) => encodeNpy(new Float64Array(n), [n]);
    const members = Object.fromEntries(
      COORDINATES.map((name, i) => [`${name}.npy`, column(i === 3 ? 4 : 5)]),
    );
    const { message } = await complaint('b.npz', archive(members), OPTIONS);
    expect(message).toContain('coordinates must have equal lengths, not x 5, px 5, y 5, py 4, tau 5, p 5');
  });
});
