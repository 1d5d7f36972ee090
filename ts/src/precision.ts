/** Widths of numbers in device memory. */
export const PRECISIONS = ['f64', 'f32'] as const;

/**
 * How numbers are stored on the device; arithmetic is float64 either way. `'f32'`: coordinates as 32-bit fixed point, exactly
 * invertible like those of `'f64'`, and cotangents, potentials, spectra and Green function as float32. About half the bytes;
 * docs/performance.md states the error.
 */
export type Precision = (typeof PRECISIONS)[number];

/** What depends on the width. */
interface Storage {
  /** Bytes of a coordinate in a state, and of a potential's node. */
  readonly coordinateBytes: number;
  readonly realBytes: number;
  /** What stands for a headroom that nobody chose. */
  readonly defaultHeadroom: number;
  /** The largest that may be asked for: it leaves the largest initial coordinate 12 bits, and one more sign. */
  readonly mostHeadroom: number;
}

/**
 * A coordinate has 52 bits in f64 and 31 in f32 to share between headroom and resolution. With f32's default the largest initial
 * coordinate has 26 to 27 of them, where a float32 has 24.
 */
export const STORAGE: Readonly<Record<Precision, Storage>> = {
  f64: {
    ...{ coordinateBytes: 8, realBytes: 8 },
    ...{ defaultHeadroom: 1024, mostHeadroom: 2 ** 40 },
  },
  f32: {
    ...{ coordinateBytes: 4, realBytes: 4 },
    ...{ defaultHeadroom: 16, mostHeadroom: 2 ** 19 },
  },
};
