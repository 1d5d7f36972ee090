import { describe, expect, it } from 'vitest';
import { Drift, type Element, HKicker, Kicker, Lattice, Tracker, VKicker } from '../../src/index.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { plainMapsOf } from '../support/slices.js';

describeElementLaws({
  'a thin kicker': new Kicker({ hkick: 1e-3, vkick: -2e-3 }),
  'a kicker that is off': new Kicker({ length: 0.2 }),
  'a long kicker': new Kicker({ length: 0.4, hkick: 1e-3, vkick: -2e-3 }),
  'a horizontal kicker': new HKicker({ length: 0.3, kick: 2e-3 }),
  'a vertical kicker': new VKicker({ length: 0.3, kick: -2e-3 }),
});

const beam = lawBeam();

async function track(...elements: readonly Element[]) {
  using tracker = await Tracker.create(new Lattice(elements), { backend: 'cpu' });
  return (await tracker.track(beam)).coordinates;
}

describe('kickers', () => {
  it('add their kick to the momentum, positive towards positive x and y', async () => {
    const { x, px, py } = await track(new HKicker({ kick: 2e-3 }), new VKicker({ kick: -3e-3 }));
    for (const [i, before] of beam.coordinates.px.entries()) {
      expect(px[i]! - before).toBeCloseTo(2e-3, 14);
      expect(py[i]! - beam.coordinates.py[i]!).toBeCloseTo(-3e-3, 14);
      expect(x[i]).toBeCloseTo(beam.coordinates.x[i]!, 15);
    }
  });

  it('spread over a length, move the beam by kick·length/2 more than a drift', async () => {
    const [kicked, drifted] = [
      await track(new HKicker({ length: 0.5, kick: 4e-3 })),
      await track(new Drift({ length: 0.5 })),
    ];
    for (const [i, x] of drifted.x.entries()) {
      expect(kicked.x[i]! - x).toBeCloseTo(1e-3, 14);
      expect(kicked.tau[i]).toBeCloseTo(drifted.tau[i]!, 14);
    }
  });

  it('are one map where they are thin', () => {
    expect(plainMapsOf(new HKicker({ kick: 1e-3 })).map(({ kind }) => kind)).toEqual(['positionLift']);
  });

  it('need a kick, but for the one of both planes', () => {
    expect(() => new HKicker({} as never)).toThrow(
      'kick (rad) of a hKicker must be a finite number, not undefined',
    );
    expect(new Kicker().parameters).toMatchObject({ length: 0, hkick: 0, vkick: 0 });
    expect(() => new Kicker({ kick: 1 } as never)).toThrow(
      "Kicker: 'kick' is unknown — did you mean 'hkick' or 'vkick'?",
    );
  });
});
