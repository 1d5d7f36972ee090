import { fileError } from '../failure.js';
import { cavityOf } from '../rf.js';
import { refuse, type Scene, type Translation } from '../translation.js';

const SPEED_OF_LIGHT = 299792458; // m/s

/**
 * An `rfcavity`: volt in MV, freq in MHz, lag in turns. MAD-X's code gives volt·sin(2π·lag − ω·T/c) with T = −c·Δt (`ttrf`
 * in trrun.f90, `tmrf` in twiss.f90), so that a late particle sees lag + freq·Δt: lag = 0 is stable below transition, ½
 * above. Its manual has the other sign of t.
 */
export const cavity: Translation = (scene) => {
  const { parameters, warnings } = scene;
  refuse(parameters, ['tilt']);
  const voltage = (parameters.number('volt') ?? 0) * 1e6;
  const phase = 2 * Math.PI * (parameters.number('lag') ?? 0) - Math.PI / 2;
  if (Math.abs(voltage * Math.cos(phase)) > 1e-9 * Math.abs(voltage)) {
    const remark = 'the reference particle is accelerated by what a cavity gives it; in MAD-X it is not';
    warnings.add(parameters.placeOf('lag'), remark);
  }
  const frequency = voltage === 0 ? 0 : frequencyOf(scene);
  return cavityOf({ length: parameters.number('l') ?? 0, voltage, frequency, phase });
};

/** In Hz, from `freq` or from the harmonic number and the time of a turn. */
function frequencyOf({ parameters, reference, lineLength }: Scene): number {
  const frequency = parameters.number('freq') ?? 0;
  const harmonic = parameters.number('harmon') ?? 0;
  if (frequency !== 0) return frequency * 1e6;
  if (harmonic === 0)
    throw fileError(parameters.at, `rfcavity '${parameters.name}' has neither freq nor harmon`);
  if (!reference) {
    throw fileError(
      parameters.placeOf('harmon'),
      'harmon needs the particle and its energy: the file has no beam',
    );
  }
  return (harmonic * reference.beta0 * SPEED_OF_LIGHT) / lineLength;
}
