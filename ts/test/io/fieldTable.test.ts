import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldTable, fieldTableMarkdown, problemJsonSchema } from '../../src/io/fieldTable.js';

const rows = fieldTable();
const find = (path: string, kind?: string) =>
  rows.find((row) => row.path === path && (kind === undefined || row.kinds.includes(kind)));

describe('the table of problem-file fields', () => {
  it('is the one in docs/problem-file.md', () => {
    const file = readFileSync(new URL('../../../docs/problem-file.md', import.meta.url), 'utf8');
    const [, inFile] = /<!-- fields: begin -->\n([\s\S]*)\n<!-- fields: end -->/.exec(file) ?? [];
    expect(inFile, 'paste the output of unkick schema --markdown').toBe(fieldTableMarkdown());
  });

  it('describes every field', () => {
    expect(rows.filter((row) => row.description === '')).toEqual([]);
  });

  it('gives a unit to every number', () => {
    const numbers = rows.filter((row) => ['number', 'whole number'].includes(row.type));
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers.filter((row) => row.unit === '')).toEqual([]);
  });

  it('knows kinds, units and which fields are required', () => {
    expect(find('lattice[].k1')).toMatchObject({ kinds: ['quadrupole'], unit: '1/m²', required: true });
    expect(find('lattice[].length')?.kinds).toEqual(
      expect.arrayContaining(['drift', 'quadrupole', 'solenoid']),
    );
    expect(find('lattice[].length')?.kinds).not.toContain('marker');
    expect(find('lattice[].e1')).toMatchObject({ kinds: ['sBend', 'rBend'], unit: 'rad', required: false });
    expect(find('lattice[].dx')?.kinds).toContain('linearMap');
    expect(find('beam.kineticEnergy')).toMatchObject({ unit: 'eV', required: false });
    expect(find('beam.charge', 'kv')?.required).toBe(true);
    expect(find('beam.charge', 'coordinates')?.required).toBe(false);
    expect(find('spaceCharge.extent.fixed')).toMatchObject({ type: 'list of 3', unit: 'm' });
    expect(find('objective.at')?.kinds).toContain('emittance');
  });
});

describe('the JSON schema', () => {
  it('refuses unknown fields and refers to objectives by name', () => {
    const schema = problemJsonSchema();
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(['beam', 'lattice']);
    expect(schema.properties?.objective).toEqual({ $ref: '#/$defs/objective' });
  });
});
