import { Monitor, type MonitorReading } from '../elements/monitor.js';
import { Screen, type ScreenImage } from '../elements/screen.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import type { LocationNeeds } from '../objective/observation.js';
import type { Seen } from './sweep.js';

/** What the monitors and screens of a line say, by name. */
export interface Diagnostics {
  readonly monitors: Record<string, MonitorReading>;
  readonly screens: Record<string, ScreenImage>;
}

/** What monitors and screens need to see, in line order. */
export function diagnosticNeeds(lattice: Lattice): LocationNeeds[] {
  return diagnosticsOf(lattice).map((element) => {
    const isScreen = element instanceof Screen;
    return { location: { marker: element.name }, moments: !isScreen, particles: isScreen };
  });
}

/**
 * What monitors and screens say.
 *
 * @param seen - in the order of {@link diagnosticNeeds}
 * @param beam - charges `[n]` in C, and which aperture took each macroparticle if there are apertures
 */
export function readDiagnostics(
  lattice: Lattice,
  { line, turns }: { readonly line: Line; readonly turns: number },
  seen: readonly Seen[],
  beam: { readonly charges: Float64Array; readonly losses: Int32Array | undefined },
): Diagnostics {
  const monitors: Record<string, MonitorReading> = {};
  const screens: Record<string, ScreenImage> = {};
  for (const [i, element] of diagnosticsOf(lattice).entries()) {
    const { moments, coordinates } = seen[i]!;
    if (element instanceof Monitor) monitors[element.name] = element.reading(moments!);
    else {
      const first = (turns - 1) * line.apertures + aperturesBefore(line, element.name);
      screens[element.name] = element.image(coordinates!, chargesThere(beam, first));
    }
  }
  return { monitors, screens };
}

const diagnosticsOf = (lattice: Lattice): (Monitor | Screen)[] =>
  lattice.elements.filter((element) => element instanceof Monitor || element instanceof Screen);

/** Apertures between the entrance and a marker. */
function aperturesBefore({ observations, steps }: Line, marker: string): number {
  const { beforeStep } = observations.find((observation) => observation.marker === marker)!;
  return steps
    .slice(0, beforeStep)
    .flatMap((step) => (step.kind === 'run' ? step.maps : []))
    .filter(({ kind }) => kind === 'aperture').length;
}

/** Charges of the macroparticles that no aperture before that one has taken; 0 for the others. */
function chargesThere(
  { charges, losses }: { readonly charges: Float64Array; readonly losses: Int32Array | undefined },
  firstAperture: number,
): Float64Array {
  if (!losses) return charges;
  return charges.map((charge, i) => (losses[i]! >= firstAperture ? charge : 0));
}
