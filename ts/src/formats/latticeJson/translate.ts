import { didYouMean } from '../../nearest.js';
import type { DescribedElement } from '../description.js';
import { withExtension } from '../extension.js';
import { fileError } from '../failure.js';
import { Parameters } from '../parameters.js';
import type { ElementSpec, PlacedSpec } from '../spec.js';
import type { TranslationContext } from '../translation.js';
import { CLASSES } from './classes.js';

/**
 * What an element of Cheetah becomes.
 *
 * @throws LatticeFileError for a class or a parameter that has no counterpart, or a vector of settings
 */
export function translateLatticeJson(
  element: DescribedElement,
  { species, warnings }: TranslationContext,
): readonly PlacedSpec[] {
  const { type } = element;
  if (!Object.hasOwn(CLASSES, type)) {
    throw fileError(
      element.at,
      `Cheetah's class '${type}' is not supported${didYouMean(type, Object.keys(CLASSES))}`,
    );
  }
  const parameters = new Parameters(element);
  const spec = CLASSES[type]!({ parameters, species, warnings });
  const whole = withExtension(withMisalignment(spec, parameters), parameters);
  parameters.requireAllTaken();
  return [whole];
}

function withMisalignment(spec: ElementSpec, parameters: Parameters): ElementSpec {
  const [dx, dy] = parameters.numbers('misalignment', 2) ?? [0, 0];
  return { ...spec, options: { ...spec.options, ...(dx !== 0 && { dx }), ...(dy !== 0 && { dy }) } };
}
