import { z } from 'zod';
import { ProblemError } from '../errors.js';
import { parseJson } from '../io/json.js';
import { readText } from '../io/problem.js';
import { count, text } from '../io/schema/fields.js';
import { validate } from '../io/validate.js';
import { formatBytes } from '../memory/bytes.js';
import type { PlannedCase } from '../scaling/prediction.js';
import type { ScalingReport } from '../scaling/report.js';
import type { Provenance } from './provenance.js';

/** One gradient of a sweep. */
export interface ScalingPoint {
  readonly strategy: string;
  readonly particles: number;
  /** Nodes of the grid. */
  readonly cells: number;
  readonly kicks: number;
  readonly predictedBytes: number;
  /** The arena; absent for a case that was not run. */
  readonly measuredBytes?: number | undefined;
}

/** What the memory figures are drawn from. */
export interface ScalingStudy {
  readonly cases: readonly ScalingPoint[];
  readonly provenance: Provenance;
}

const BYTES = count(0, 'bytes');

/** As much of a sweep's file as a report reads. */
const scalingSchema = z.looseObject({
  format: z.literal('unkick scaling 1', {
    error: () => "must be 'unkick scaling 1': is this a scaling.json that unkick scaling wrote?",
  }),
  command: text('what reproduces the sweep'),
  date: text('when it began'),
  machine: z.looseObject({
    cpu: text('processor'),
    cores: count(1, 'cores'),
    memory: BYTES,
    node: text('version of Node'),
    backend: text('back end'),
  }),
  cases: z.array(
    z.looseObject({
      strategy: text('strategy'),
      particles: count(1, 'macroparticles'),
      cells: count(1, 'nodes'),
      kicks: count(1, 'kicks'),
      predictedBytes: BYTES,
      arenaBytes: BYTES.optional(),
    }),
  ),
});

/** As much of a sweep as a report shows. */
type ShownSweep = Pick<ScalingReport, 'command' | 'date'> & {
  readonly machine: Pick<ScalingReport['machine'], 'cpu' | 'cores' | 'memory' | 'node' | 'backend'>;
  readonly cases: readonly (Pick<PlannedCase, 'particles' | 'cells' | 'kicks' | 'predictedBytes'> & {
    readonly strategy: string;
    readonly arenaBytes?: number | undefined;
  })[];
};

/** What the memory figures show of a sweep, from `scalingSweep`. */
export function scalingStudy({ command, date, machine, cases }: ShownSweep): ScalingStudy {
  const { cores, cpu, memory, node, backend } = machine;
  return {
    cases: cases.map(({ strategy, particles, cells, kicks, predictedBytes, arenaBytes }) => ({
      ...{ strategy, particles, cells, kicks, predictedBytes },
      measuredBytes: arenaBytes,
    })),
    provenance: {
      command,
      machine: `${cores} × ${cpu}, ${formatBytes(memory)}, Node ${node.replace(/^v/, '')}, back end ${backend}`,
      date: date.slice(0, 10),
    },
  };
}

/**
 * Reads the file of a sweep, `scaling.json` in the folder that `unkick scaling` wrote.
 *
 * @throws ProblemError if it cannot be read, is not such a file, or has no cases
 */
export async function readScaling(file: string): Promise<ScalingStudy> {
  const document = { ...parseJson(await readText(file), file), file };
  const sweep = validate(scalingSchema, document);
  if (sweep.cases.length > 0) return scalingStudy(sweep);
  throw new ProblemError(`${file}: the sweep has no cases yet`, { file, path: 'cases' });
}
