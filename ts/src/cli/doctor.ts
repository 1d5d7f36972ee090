import { cpus, totalmem } from 'node:os';
import { formatBytes } from '../memory/bytes.js';
import { type BackendReport, backendReport } from '../native.js';
import { version } from '../package.js';
import { EXIT } from './exitCodes.js';
import { formatTable } from './format.js';

/** `unkick doctor`: what this machine can run, and why not. Exit code 3 when it can run nothing. */
export async function doctor({ json = false }: { json?: boolean }): Promise<number> {
  const machine = {
    unkick: version(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
  };
  const backends = await backendReport();
  const text = json
    ? JSON.stringify({ ...machine, backends })
    : [machineTable(machine), ...backends.map(backendText)].join('\n\n');
  process.stdout.write(`${text}\n`);
  return backends.some((backend) => backend.available) ? EXIT.ok : EXIT.noBackend;
}

function machineTable(machine: Record<string, string | number>): string {
  const rows = Object.entries(machine).map(([name, value]) => [
    name,
    name === 'memory' ? formatBytes(Number(value)) : String(value),
  ]);
  return formatTable(rows);
}

/** A back end's state, then whatever else it reports of itself. */
function backendText(backend: BackendReport): string {
  const { name, available, reason, ...details } = backend;
  const state = available ? 'available' : `unavailable: ${reason ?? 'no reason recorded'}`;
  const rows = Object.entries(details).map(([key, value]) => [`  ${key}`, String(value)]);
  return [`back end ${name}: ${state}`, ...(rows.length > 0 ? [formatTable(rows)] : [])].join('\n');
}
