import { readMatrix, refuseSecondOrder } from '../linearMap.js';
import { given, refuse, type Translation } from '../translation.js';

/** A `matrix`: MAD-X's fifth coordinate is −c·Δt and its sixth ΔE/(p0·c), so that a sign is all that differs. */
export const matrix: Translation = ({ parameters }) => {
  refuseSecondOrder(parameters, 'tm');
  refuse(parameters, ['l', 'kick3', 'kick5', 'kick6', 'kick1', 'tilt']);
  const map = { type: 'LinearMap', options: { matrix: readMatrix(parameters, 'rm', [-1, 1]) } } as const;
  const hkick = parameters.number('kick2') ?? 0;
  const vkick = parameters.number('kick4') ?? 0;
  if (hkick === 0 && vkick === 0) return [map];
  return [map, { type: 'Kicker', options: given({ hkick, vkick }), suffix: '_kick' }];
};
