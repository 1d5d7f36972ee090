import { cpus, loadavg, totalmem } from 'node:os';
import { formatBytes } from '../memory/bytes.js';

/** Where numbers come from. */
export interface Provenance {
  /** What reproduces them. */
  readonly command: string;
  /** Processor or GPU, cores, memory, and how busy it was. */
  readonly machine: string;
  /** Day, as 2026-11-20. */
  readonly date: string;
}

/** The provenance of what is measured here and now. */
export function provenanceHere(command: string): Provenance {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? process.arch;
  const load = loadavg()[0]!.toFixed(1);
  const machine = `${processors.length} × ${model}, ${formatBytes(totalmem())}, Node ${process.versions.node}, load ${load}`;
  return { command, machine, date: new Date().toISOString().slice(0, 10) };
}

const UNBROKEN_HYPHEN = '\u2011';

/** Provenance as the end of a caption. */
export function stated({ command, machine, date }: Provenance): string {
  return `${command}; ${machine}; ${date.replaceAll('-', UNBROKEN_HYPHEN)}.`;
}
