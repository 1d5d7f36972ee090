import { expect, it } from 'vitest';
import { planGradient, sigma } from '../../src/index.js';
import { directedLine } from '../support/directedLine.js';

// planGradient replays what it plans: a plan is legal, or it throws.
it.each([undefined, '1 GiB'])('a lattice’s directives are planned for as they say, budget %s', (device) => {
  const options = { backend: 'cpu', threads: 2, objective: sigma('x').at('m'), memory: { device } } as const;
  const { steps, explain } = planGradient(directedLine(false), { particles: 1000 }, options);
  const ofName = (wanted: string) => steps.filter(({ name }) => name === wanted);
  for (const kick of ['d2_sc1', 'd2_sc2']) {
    expect(ofName(kick)).toMatchObject([{ kind: 'kick', fieldTier: 'host' }]);
    expect(ofName(kick)[0]!.stateTier).toBeUndefined();
  }
  for (const name of ['q3', 'q3_sc1']) {
    expect(ofName(name).length).toBeGreaterThan(0);
    for (const step of ofName(name)) expect(step).toMatchObject({ state: 'stored', stateTier: 'disk' });
  }
  expect(ofName('d4')).toHaveLength(3);
  for (const step of [...ofName('d4'), ...ofName('d4_sc1')]) {
    expect(['inverted', 'there']).toContain(step.state);
    expect(step.bytes).toBe(0);
  }
  // Run again from the state before q3, the nearest that is kept.
  expect(ofName('u')).toMatchObject([{ kind: 'custom', state: 'recomputed' }]);
  expect(explain().some((line) => line.includes('d2_sc1'))).toBe(true);
});
