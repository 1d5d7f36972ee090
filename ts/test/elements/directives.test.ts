import { describe, expect, it } from 'vitest';
import { Aperture } from '../../src/elements/aperture.js';
import { CustomStep, type CustomStepOptions } from '../../src/elements/customStep.js';
import { Drift } from '../../src/elements/drift.js';
import type { Element, ElementOptions } from '../../src/elements/element.js';
import { Marker, type MarkerOptions } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick } from '../../src/elements/spaceChargeKick.js';
import { SpaceChargeKick2D } from '../../src/elements/spaceChargeKick2D.js';
import { LatticeError } from '../../src/errors.js';

const gridShape = [8, 8, 8] as const;
const shift: CustomStepOptions = {
  forward: (z) => z,
  inverse: (z) => z,
  adjoint: (_, bar) => ({ coordinates: bar }),
};
const { inverse: _, ...withoutInverse } = shift;

/** One of each element that takes directives. */
const MAKERS: Record<string, (options: ElementOptions) => Element> = {
  drift: (options) => new Drift({ length: 1, model: 'exact', ...options }),
  quadrupole: (options) => new Quadrupole({ length: 1, k1: 2, ...options }),
  spaceChargeKick: (options) => new SpaceChargeKick({ effectLength: 1, gridShape, ...options }),
  spaceChargeKick2D: (options) =>
    new SpaceChargeKick2D({ effectLength: 1, current: 2, gridShape: [8, 8], ...options }),
  aperture: (options) => new Aperture({ halfX: 1, halfY: 1, ...options }),
  'custom step': (options) => new CustomStep({ ...shift, ...options }),
  'custom step without inverse': (options) => new CustomStep({ ...withoutInverse, ...options }),
};

describe.each(Object.entries(MAKERS))('a directive on a %s', (kind, make) => {
  const noun = kind.replace(' without inverse', '');

  it('is kept under another name and with other parameters', () => {
    const element = make({ name: 'e', reverse: 'store', tier: 'host' });
    const copy = element.with({ name: 'f', parameters: { ...element.parameters } });
    expect(copy).toMatchObject({ name: 'f', reverse: 'store', tier: 'host', parameters: element.parameters });
  });

  it('can be changed in a copy', () => {
    const copy = make({ name: 'e', tier: 'disk' }).with({ reverse: 'recompute' });
    expect(copy).toMatchObject({ name: 'e', reverse: 'recompute', tier: 'disk' });
    expect(copy.with({ tier: 'device' })).toMatchObject({ reverse: 'recompute', tier: 'device' });
  });

  it('can be taken back in a copy, but not by something that is no directive', () => {
    const element = make({ name: 'e', reverse: 'store', tier: 'disk' });
    expect(element.with({ tier: undefined })).toMatchObject({ reverse: 'store', tier: undefined });
    const bare = element.with({ reverse: undefined, tier: undefined });
    expect(bare).toMatchObject({ name: 'e', reverse: undefined, tier: undefined });
    expect(() => element.with({ reverse: '' as never })).toThrow("cannot be ''");
    expect(() => element.with({ tier: null as never })).toThrow('cannot be null');
  });

  it('is absent by default', () => {
    const { reverse, tier } = make({});
    expect([reverse, tier]).toEqual([undefined, undefined]);
  });

  it.each<[unknown, string]>([
    [{ reverse: 'stroe' }, `reverse of ${noun} 'e' cannot be 'stroe' — did you mean 'store'?`],
    [
      { reverse: null },
      `reverse of ${noun} 'e' cannot be null — known: auto, invert, store, field, recompute`,
    ],
    [{ tier: 'dsik' }, `tier of ${noun} 'e' cannot be 'dsik' — did you mean 'disk'?`],
    [{ reverse: 'invert', tier: 'disk' }, `tier of ${noun} 'e': nothing is kept of what is inverted`],
    [{ revers: 'store' }, "'revers' is unknown — did you mean 'reverse'?"],
  ])('cannot be %j', (options, message) => {
    expect(() => make({ name: 'e', ...(options as ElementOptions) })).toThrow(LatticeError);
    expect(() => make({ name: 'e', ...(options as ElementOptions) })).toThrow(message);
  });

  it("cannot be 'field' without the chance of a kick, nor 'invert' without an inverse", () => {
    const accepted = (['auto', 'invert', 'store', 'field', 'recompute'] as const).filter((reverse) => {
      try {
        return make({ name: 'e', reverse }).reverse === reverse;
      } catch (error) {
        expect(error).toBeInstanceOf(LatticeError);
        expect((error as Error).message).toContain(
          reverse === 'field'
            ? `reverse of ${noun} 'e' cannot be 'field': it has no kick`
            : `reverse of ${noun} 'e' cannot be 'invert': it has no inverse; use 'store', 'recompute' or 'auto'`,
        );
        return false;
      }
    });
    const hasKicks = ['drift', 'quadrupole', 'spaceChargeKick', 'spaceChargeKick2D'].includes(kind);
    const hasInverse = kind !== 'custom step without inverse';
    expect(accepted).toEqual([
      'auto',
      ...(hasInverse ? ['invert'] : []),
      'store',
      ...(hasKicks ? ['field'] : []),
      'recompute',
    ]);
  });
});

describe('a marker', () => {
  it('takes no directive', () => {
    const marker = () => new Marker({ name: 'm', reverse: 'store' } as MarkerOptions);
    expect(marker).toThrow("Marker: 'reverse' is unknown — known: name");
    expect(() => new Marker({ name: 'm' }).with({ tier: 'disk' })).toThrow("Marker: 'tier' is unknown");
  });
});

describe('a custom step', () => {
  it('is thin even if a parameter of it is called length, and keeps its parameters', () => {
    const step = new CustomStep({ ...shift, name: 'c', parameters: { length: 2, g: 3 } });
    expect(step.length).toBe(0);
    expect(step.with({ reverse: 'store', parameters: { g: 4 } })).toMatchObject({
      reverse: 'store',
      parameters: { length: 2, g: 4 },
    });
    expect(() => step.with({ reverse: 'field' })).toThrow("reverse of custom step 'c' cannot be 'field'");
  });
});
