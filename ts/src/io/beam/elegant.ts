import type { Beam } from '../../beam/beam.js';
import { type ElegantColumns, toElegant } from '../../beam/conversions.js';
import { SPECIES, type SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import { fileError, type RawBeam } from './rawBeam.js';
import { SddsPage } from './sdds.js';
import { eachLine, NumberTable, toNumber, words } from './text.js';
import { linesFile } from './textWriter.js';

/** elegant's columns, in the order of a table without names. */
const NAMES = ['x', 'xp', 'y', 'yp', 't', 'p'] as const;
const CHARGE = 'charge';

/**
 * Reads a table in elegant's coordinates: an SDDS file in ASCII (first page), or plain columns with or without a line of
 * names, which may be a comment. A column `charge` [C] holds charges of macroparticles.
 *
 * @throws BeamFileError with line and column
 */
export async function readElegant(file: string): Promise<RawBeam> {
  const page = new SddsPage(file, (names, line) => positionsOf(names, file, line));
  const plain = new PlainTable(file);
  let sdds = false;
  await eachLine(file, (text, number) => {
    if (number === 1) sdds = text.startsWith('SDDS');
    if (sdds) page.line(text, number);
    else plain.line(text, number);
  });
  return sdds ? fromPage(page) : plain.beam();
}

/** A table without SDDS header. */
class PlainTable {
  readonly #file: string;
  #names: string[] | undefined;
  #width = 0;
  #positions: number[] = [];
  #table = new NumberTable(0);

  constructor(file: string) {
    this.#file = file;
  }

  line(text: string, number: number): void {
    const comment = /^\s*[#!%]/.test(text);
    const fields = words(text.replace(/^\s*[#!%]+/, '').replaceAll(',', ' '));
    if (fields.length === 0) return;
    if (this.#width === 0) {
      const named = fields.includes('xp');
      if (comment && !named) return;
      this.#begin(fields, named, number);
      if (named) return;
    } else if (comment) return;
    if (fields.length !== this.#width) {
      throw fileError(this.#file, `${number}:1`, `has ${fields.length} columns, not ${this.#width}`);
    }
    this.#table.add(fields, this.#positions, this.#file, number);
  }

  #begin(fields: string[], named: boolean, number: number): void {
    this.#names = named ? fields : undefined;
    this.#width = fields.length;
    if (!named && fields.length !== NAMES.length) {
      const message = `has ${fields.length} columns; without a line of names it takes ${NAMES.join(' ')}`;
      throw fileError(this.#file, `${number}:1`, message);
    }
    this.#positions = named ? positionsOf(fields, this.#file, number) : NAMES.map((_, k) => k);
    this.#table = new NumberTable(this.#positions.length);
  }

  beam(): RawBeam {
    if (this.#table.rows === 0) throw fileError(this.#file, '', 'holds no macroparticle');
    const charges = this.#positions.length > NAMES.length ? this.#table.column(NAMES.length) : undefined;
    const columns = columnsOf((k) => this.#table.column(k));
    return { particles: { kind: 'elegant', columns }, charges, warnings: unusedWarning(this.#names ?? []) };
  }
}

function fromPage(page: SddsPage): RawBeam {
  const table = page.end();
  const names = page.columns.map(({ name }) => name);
  const charges = names.includes(CHARGE) ? table.column(NAMES.length) : undefined;
  const number = (name: string) => {
    const text = page.parameters.get(name);
    return text === undefined ? undefined : toNumber(text);
  };
  const charge = number('Charge');
  const species = page.parameters.get('species');
  const warnings = unusedWarning(names);
  if (page.furtherPages) warnings.push('pages after the first were not read');
  return {
    particles: { kind: 'elegant', columns: columnsOf((k) => table.column(k)) },
    charges,
    charge: charge === undefined || charge === 0 ? undefined : Math.abs(charge),
    species: species !== undefined && Object.hasOwn(SPECIES, species) ? (species as SpeciesName) : undefined,
    betaGamma: number('pCentral'),
    t: number('ReferenceTime'),
    warnings,
  };
}

function columnsOf(column: (k: number) => Float64Array): ElegantColumns {
  return {
    ...{ x: column(0), xp: column(1), y: column(2), yp: column(3) },
    ...{ t: column(4), p: column(5) },
  };
}

/** Where the columns stand, with charge last if there is one. */
function positionsOf(names: readonly string[], file: string, line: number): number[] {
  const missing = NAMES.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const message = `the column ${missing} is missing${didYouMean(missing, names)}`;
    throw fileError(file, `${line}:1`, message);
  }
  return [...NAMES, CHARGE].filter((name) => names.includes(name)).map((name) => names.indexOf(name));
}

function unusedWarning(names: readonly string[]): string[] {
  const unused = names.filter((name) => name !== CHARGE && !NAMES.some((known) => known === name));
  return unused.length === 0 ? [] : [`columns that were not used: ${unused.join(', ')}`];
}

/** Writes a beam as SDDS in ASCII, with charges of macroparticles where they differ; numbers come back to rounding. */
export async function writeElegant(file: string, beam: Beam): Promise<void> {
  const { species, energy, beta0, gamma0, charges } = beam;
  const columns = toElegant(beam.coordinates, { species, energy }, 0);
  const uneven = charges.some((q) => q !== charges[0]);
  const units = { x: 'm', xp: '', y: 'm', yp: '', t: 's', p: 'm$be$nc', charge: 'C' } as const;
  const names = uneven ? [...NAMES, CHARGE] : NAMES;
  await linesFile(file, function* () {
    yield 'SDDS1';
    yield '&description text="beam at fixed s", contents="unkick" &end';
    yield '&parameter name=Charge, units=C, type=double &end';
    yield '&parameter name=pCentral, units="m$be$nc", type=double &end';
    yield '&parameter name=ReferenceTime, units=s, type=double &end';
    yield '&parameter name=species, type=string &end';
    for (const name of names) {
      const unit = units[name as keyof typeof units];
      yield `&column name=${name}, ${unit === '' ? '' : `units="${unit}", `}type=double &end`;
    }
    yield '&data mode=ascii &end';
    yield* [String(beam.charge), String(beta0 * gamma0), '0', species.name, String(beam.particles)];
    const { x, xp, y, yp, t, p } = columns;
    for (let i = 0; i < beam.particles; i++) {
      const row = `${x[i]} ${xp[i]} ${y[i]} ${yp[i]} ${t[i]} ${p[i]}`;
      yield uneven ? `${row} ${charges[i]}` : row;
    }
  });
}
