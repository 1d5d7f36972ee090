import { expect, it } from 'vitest';
import { compileLine } from '../../src/lattice/compile.js';
import { modelledCosts } from '../../src/tape/costs.js';
import { describeSteps } from '../../src/tape/descriptors.js';
import { Planner } from '../../src/tape/plan/index.js';
import { checkSchedule } from '../../src/tape/schedules/index.js';
import { directedLine } from '../support/directedLine.js';

it('the directives and segments of a compiled line are planned for as they say', () => {
  const line = compileLine(directedLine(false), ['m']);
  const costs = modelledCosts({ backend: 'cpu', particles: 1000, threads: 2, energyBar: true });
  const steps = describeSteps(line, 1000, costs);
  const { directives, segments } = line;
  const machine = { host: { bytes: 1e9 }, disk: { bytes: 1e9 } };
  const planner = new Planner({ steps, directives, segments, machine });
  for (const { bytes } of [planner.curve[0]!, planner.curve.at(-1)!]) {
    const { schedule, decisions } = planner.plan(bytes);
    checkSchedule(schedule, steps, { ...machine, device: { bytes } });
    const ofName = (name: string) => decisions.filter(({ step }) => line.names[step] === name);
    // The last kick's field need not be kept when the sweep turns behind it; d2's lie far before.
    for (const kick of ['d2_sc1', 'd2_sc2']) expect(ofName(kick)).toMatchObject([{ fieldTier: 'host' }]);
    for (const name of ['q3', 'q3_sc1']) {
      for (const { state, stateTier } of ofName(name)) expect([state, stateTier]).toEqual(['stored', 'disk']);
    }
    for (const { state } of ofName('d4')) expect(['inverted', 'there']).toContain(state);
    expect(ofName('u')).toMatchObject([{ kind: 'custom' }]);
    expect(ofName('u')[0]!.state).not.toBe('inverted');
  }
});
