import { describe, expect, it } from 'vitest';
import * as errors from '../src/errors.js';

describe('errors', () => {
  const made = [
    new errors.BeamError('m'),
    new errors.LatticeError('m'),
    new errors.ObjectiveError('m'),
    new errors.ProblemError('m', { file: 'a.json', path: 'beam.charge' }),
    new errors.BackendError('m', { backend: 'cuda', reason: 'no driver' }),
    new errors.CoordinateRangeError('m', { coordinate: 'px', particle: 3, headroom: 4096, excess: 1.5 }),
    new errors.BudgetError('m', { smallestBytes: 1000 }),
    new errors.SnapshotError('m'),
    new errors.TrackerBusyError('m'),
    new errors.DisposedError('m'),
    new errors.AbortedError('m'),
  ];

  it('are UnkickErrors with a name and a code of their own', () => {
    for (const error of made) expect(error).toBeInstanceOf(errors.UnkickError);
    expect(new Set(made.map((error) => error.code)).size).toBe(made.length);
    expect(made.map((error) => error.name)).toEqual([
      ...['BeamError', 'LatticeError', 'ObjectiveError', 'ProblemError', 'BackendError'],
      ...[
        'CoordinateRangeError',
        'BudgetError',
        'SnapshotError',
        'TrackerBusyError',
        'DisposedError',
        'AbortError',
      ],
    ]);
  });

  it('carry what a program needs to react', () => {
    expect(made[3]).toMatchObject({ file: 'a.json', path: 'beam.charge' });
    expect(made[4]).toMatchObject({ backend: 'cuda', reason: 'no driver' });
    expect(made[5]).toMatchObject({ coordinate: 'px', particle: 3, headroom: 4096, excess: 1.5 });
    expect(made[6]).toMatchObject({ smallestBytes: 1000, tier: 'device' });
    expect(new errors.BudgetError('m', { smallestBytes: 1, tier: 'disk' }).tier).toBe('disk');
  });

  it('have a cause only when they were given one', () => {
    const cause = new Error('ENOENT');
    expect(new errors.ProblemError('m', { file: 'f', path: '', cause }).cause).toBe(cause);
    expect('cause' in new errors.ProblemError('m', { file: 'f', path: '' })).toBe(false);
  });
});
