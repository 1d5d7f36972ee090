import { AbortedError, OptionsError } from '../errors.js';
import { ScalingFiles } from '../scaling/files.js';
import type { ScalingReport } from '../scaling/report.js';
import { scalingSweep } from '../scaling/sweep.js';
import { interruptible } from './interrupt.js';
import type { ScalingCommandOptions } from './scalingOptions.js';
import { ScalingProgress } from './scalingProgress.js';
import { caseTable, lawTable, leftOutLines, scalingHeadline, timeTable } from './scalingReport.js';

/** `unkick scaling`: how memory and time of a gradient grow, measured. */
export async function scaling(file: string | undefined, options: ScalingCommandOptions): Promise<void> {
  const { output, resume, maxTime, json, ...sizes } = options;
  const files = new ScalingFiles(output);
  const previous = await files.read();
  if (previous && !resume) {
    throw new OptionsError(
      `${output} holds a sweep: --resume goes on with it, --output takes another folder`,
    );
  }
  const progress = new ScalingProgress();
  let latest: ScalingReport | undefined;
  const report = await interruptible((signal) =>
    scalingSweep({
      ...{ ...sizes, file, previous, signal },
      maxSeconds: maxTime === undefined ? undefined : 60 * maxTime,
      command: commandLine(),
      onProgress: (state) => progress.update(state),
      onReport: async (written) => {
        await files.write(written);
        progress.report(written);
        latest = written;
      },
    }),
  )
    .catch((error) => {
      progress.clear();
      if (error instanceof AbortedError && latest) {
        const { cases, total } = latest;
        process.stderr.write(
          `${output} has ${cases.length} of ${total} cases; --resume goes on from there\n`,
        );
      }
      throw error;
    })
    .finally(() => progress.clear());
  const sections = [
    scalingHeadline(report),
    caseTable(report),
    lawTable(report.laws),
    timeTable(report.laws),
    leftOutLines(report),
  ];
  const text = json ? JSON.stringify(report) : sections.filter((section) => section !== '').join('\n\n');
  process.stdout.write(`${text}\n`);
}

/** What was typed, but for the folder that the results go to. */
function commandLine(): string {
  const typed = process.argv.slice(2);
  const kept = typed.filter((word, i) => !/^--(output|resume)\b/.test(word) && typed[i - 1] !== '--output');
  return `unkick ${kept.join(' ')}`;
}
