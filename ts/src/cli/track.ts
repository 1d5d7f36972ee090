import type { Beam } from '../beam/beam.js';
import { saveBeam } from '../io/beam/beamFile.js';
import type { TrackResult } from '../tracker.js';
import type { TrackOptions } from './options.js';
import { beamTable, headline, kickLine, memoryTable, timingLine } from './report.js';
import { respond } from './respond.js';
import { withSession } from './session.js';
import { summariseBeam, summariseMoments } from './summary.js';

/** `unkick track`: tracks the beam of a problem file through its lattice. */
export async function track(file: string, options: TrackOptions): Promise<void> {
  const response = await withSession(file, options, async ({ problem, tracker, controls, ...asked }) => {
    const run = await tracker.track(problem.beam, { ...controls, ...asked });
    const { coordinates, turns, kicks, memory, timing } = run;
    const warnings = [...problem.warnings, ...run.warnings];
    if (options.saveBeam !== undefined) await saveBeam(survivorsOf(run), options.saveBeam);
    const { backend } = tracker;
    const beam = summariseBeam(problem.beam);
    const moments = summariseMoments(run.moments);
    return {
      result: { file, backend, beam, turns, moments, kicks, memory, timing, warnings },
      arrays: { coordinates },
      warnings,
      sections: [
        headline(file, beam, backend, turns),
        beamTable(beam.moments, moments),
        kickLine(kicks, beam.charge),
        memoryTable(memory),
        timingLine(timing),
      ],
    };
  });
  await respond(options, response);
}

/** The final beam without what apertures took. */
function survivorsOf({ beam, losses }: TrackResult): Beam {
  return losses === undefined ? beam : beam.filter((_, i) => losses[i] === SURVIVED);
}

/** Stands in `losses` for a macroparticle that no aperture took. */
const SURVIVED = 2 ** 31 - 1;
