import { resolveSpecies, SPECIES, type SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import type { DescribedReference } from '../description.js';
import { fileError } from '../failure.js';
import { entriesOf, type MapEntry, showNode } from '../tree.js';
import type { Warnings } from '../warnings.js';
import type { Definition } from './document.js';
import type { Variables } from './variables.js';

/** Species by the names of openPMD that unkick calls otherwise. */
const SPECIES_NAMES: Readonly<Record<string, SpeciesName>> = {
  'anti-proton': 'antiproton',
  'anti-muon': 'antimuon',
  '#2H+1': 'deuteron',
  '#4He+2': 'alpha',
};

/**
 * What the first element of a line says about the reference particle.
 *
 * @throws LatticeFileError for an energy that is no number or not above rest
 */
export function readReference(
  first: Definition | undefined,
  variables: Variables,
  warnings: Warnings,
): DescribedReference {
  const group = first?.entries.get('ReferenceP');
  if (group === undefined) return {};
  const entries = entriesOf(group.node, 'ReferenceP');
  const species = readSpecies(entries.get('species_ref'), warnings);
  const energy = numberOf(entries.get('E_tot_ref'), variables);
  const momentum = numberOf(entries.get('pc_ref'), variables);
  if (energy === undefined && momentum === undefined) return { ...(species && { species }) };
  if (energy !== undefined && momentum !== undefined) {
    throw fileError(group.at, 'ReferenceP takes one of E_tot_ref and pc_ref, not both');
  }
  if (species === undefined) return energy === undefined ? {} : { energy };
  const { restEnergy } = resolveSpecies(species);
  const total = energy ?? Math.hypot(momentum!, restEnergy);
  if (total > restEnergy) return { species, energy: total };
  throw fileError(
    group.at,
    `E_tot_ref ${total} eV is not above the rest energy of the ${species}, ${restEnergy} eV`,
  );
}

function numberOf(entry: MapEntry | undefined, variables: Variables): number | undefined {
  if (entry === undefined) return undefined;
  const { node } = entry;
  const attribute = node.kind === 'scalar' && node.value !== null ? variables.describe(node) : undefined;
  const { value, error } = attribute ?? {};
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw error ?? fileError(node.at, `a positive number (eV) belongs here, not ${showNode(node)}`);
}

function readSpecies(entry: MapEntry | undefined, warnings: Warnings): SpeciesName | undefined {
  if (entry === undefined) return undefined;
  const { node } = entry;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const name = Object.hasOwn(SPECIES_NAMES, node.value) ? SPECIES_NAMES[node.value]! : node.value;
    if (Object.hasOwn(SPECIES, name)) return name as SpeciesName;
    const hint = didYouMean(name, Object.keys(SPECIES));
    warnings.add(node.at, `species '${node.value}' is not known and is left out${hint}`);
    return undefined;
  }
  throw fileError(node.at, `species_ref must be a name, not ${showNode(node)}`);
}
