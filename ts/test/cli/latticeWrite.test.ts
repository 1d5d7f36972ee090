import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCodes.js';
import { runCommand } from '../support/commandLine.js';

const folder = mkdtempSync(join(tmpdir(), 'unkick-lattice-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'cell.madx'),
  'beam, particle=proton, energy=2; qf: quadrupole, l=0.5, k1=0.3; d: drift, l=1; cell: line=(qf, d, qf, d);',
);
const unkick = (...args: string[]) => runCommand(folder, ...args);

describe('unkick lattice --write', () => {
  it.each(['cell.yaml', 'cell.json'])('writes %s, which says the same', (name) => {
    const { status, stdout, stderr } = unkick('lattice', 'cell.madx', '--write', name);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`written to ${name}`);
    expect(readFileSync(join(folder, name), 'utf8')).toContain("line 'cell' of cell.madx");
    const summary = (file: string) => {
      const { elements, length, types } = JSON.parse(unkick('lattice', file, '--json').stdout);
      return { elements, length, types };
    };
    expect(summary(name)).toEqual(summary('cell.madx'));
  });

  it('refuses a name that says no format that can be written', () => {
    const { status, stderr } = unkick('lattice', 'cell.madx', '--write', 'cell.lte');
    expect(status).toBe(EXIT.badInput);
    expect(stderr).toContain('cell.lte: lattices are written as LatticeJSON');
  });
});
