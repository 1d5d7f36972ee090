import { describe, expect, it } from 'vitest';
import { scalingCsv } from '../../src/scaling/csv.js';
import type { ScalingResult } from '../../src/scaling/report.js';

const sizes = { strategy: 'store', particles: 1000, grid: 8, cells: 512, kicks: 3 } as const;
const planned = { ...sizes, predictedBytes: 123456, hostBytes: 1e8, predictedSeconds: 0.1 };
const measured: ScalingResult = {
  ...planned,
  state: 'measured',
  arenaBytes: 123456,
  accounts: { tape: 99, state: 1 },
  resident: { before: 10, after: 20, peak: 30 },
  device: { freeBefore: 8, free: 7, total: 9 },
  seconds: { forward: 0.25, reverse: 0.5, gradient: 0.75, samples: 3 },
  load: 1.5,
  wallSeconds: 2.5,
};
const failed: ScalingResult = { ...planned, state: 'failed', reason: 'it said "no", and\nended' };

describe('scalingCsv', () => {
  it('has a line for every case, with quotes where a text needs them', () => {
    const [names, first, ...rest] = scalingCsv({ cases: [measured, failed] }).split('\n');
    const row = Object.fromEntries(names!.split(',').map((name, i) => [name, first!.split(',')[i]]));
    expect(row).toEqual({
      ...{ strategy: 'store', particles: '1000', grid: '8', cells: '512', kicks: '3', state: 'measured' },
      ...{ predicted_bytes: '123456', arena_bytes: '123456', tape_bytes: '99' },
      ...{ resident_before: '10', resident_after: '20', resident_peak: '30' },
      ...{ device_free_before: '8', device_free: '7' },
      ...{ forward_seconds: '0.25', reverse_seconds: '0.5', gradient_seconds: '0.75', samples: '3' },
      ...{ wall_seconds: '2.5', load: '1.5', reason: '' },
    });
    const commas = ','.repeat(names!.split(',').length - 7);
    expect(rest.join('\n')).toBe(`store,1000,8,512,3,failed,123456${commas}"it said ""no"", and\nended"\n`);
  });
});
