import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import type { ElementSpec } from '../spec.js';
import type { Warnings } from '../warnings.js';
import type { Scene } from './kinds.js';
import { requireOrders } from './multipoles.js';

const TYPES = ['STANDING_WAVE', 'TRAVELING_WAVE'] as const;
/** What phase 0 means, in turns behind the crest. */
const ZERO_PHASES = { ACCELERATING: 0, BELOW_TRANSITION: -0.25, ABOVE_TRANSITION: 0.25 } as const;

/**
 * The cavity of an `RFCavity`: the energy gain is voltage·cos(2π·(frequency·t + phase)) (PALS, "RF Parameters").
 *
 * @throws LatticeFileError for a travelling wave, or a frequency given by its harmonic number
 */
export function cavity({ parameters, multipoles, length, context }: Scene): ElementSpec {
  requireOrders(multipoles, [], parameters);
  const { voltage, active } = readVoltage(parameters, length);
  if (active !== length) {
    throw fileError(
      parameters.placeOf('RFP.L_active'),
      `RFCavity '${parameters.name}': write drifts around a cavity whose field is shorter than it is`,
    );
  }
  const zero = parameters.word('RFP.zero_phase', Object.keys(ZERO_PHASES) as (keyof typeof ZERO_PHASES)[]);
  const turns = (parameters.number('RFP.phase') ?? 0) + ZERO_PHASES[zero ?? 'ACCELERATING'];
  const phase = turns * 2 * Math.PI;
  const options = { voltage, frequency: readFrequency(parameters, voltage), phase };
  parameters.number('RFP.num_cells');
  for (const name of ['RFP.multipass_phase', 'SolenoidP.Ksol', 'SolenoidP.Bsol']) {
    parameters.requireZero(name, 'is not supported in a cavity');
  }
  if (parameters.word('RFP.cavity_type', TYPES) === 'TRAVELING_WAVE' && length > 0) {
    throw fileError(parameters.placeOf('RFP.cavity_type'), 'travelling waves are not supported');
  }
  const charge = Math.abs(context.species?.chargeNumber ?? 1);
  checkReference(charge * voltage * Math.cos(phase), parameters, context.warnings);
  return length === 0 ? { type: 'ShortRF', options } : { type: 'RFCavity', options: { length, ...options } };
}

function readVoltage(parameters: Parameters, length: number): { voltage: number; active: number } {
  const active = parameters.number('RFP.L_active') ?? length;
  const voltage = parameters.number('RFP.voltage');
  const gradient = parameters.number('RFP.gradient');
  if (voltage && gradient) {
    throw fileError(parameters.placeOf('RFP.gradient'), 'RFP takes one of voltage and gradient');
  }
  return { voltage: gradient ? gradient * active : (voltage ?? 0), active };
}

function readFrequency(parameters: Parameters, voltage: number): number {
  const harmonic = parameters.number('RFP.harmon');
  const frequency = parameters.number('RFP.frequency');
  if (harmonic) {
    throw fileError(
      parameters.placeOf('RFP.harmon'),
      'harmonic numbers are not supported: give the frequency in Hz',
    );
  }
  if (frequency === undefined && voltage !== 0) {
    throw fileError(parameters.at, `RFCavity '${parameters.name}' has a voltage but no frequency`);
  }
  return frequency ?? 0;
}

/** Here the reference particle gains what the cavity gives it; in PALS it gains dE_ref, whatever that is. */
function checkReference(gain: number, parameters: Parameters, warnings: Warnings): void {
  const change = parameters.number('RFP.dE_ref') ?? 0;
  if (Math.abs(gain - change) <= 1e-6 * Math.abs(gain) + 1e-3) return;
  warnings.add(
    parameters.placeOf('RFP.dE_ref'),
    `the reference energy follows the cavity's gain, not dE_ref: normalised strengths behind it are by the new momentum`,
  );
}
