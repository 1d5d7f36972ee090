import { access, constants, statfs } from 'node:fs/promises';
import { BudgetError, SnapshotError } from '../errors.js';
import type { NativePlan } from '../native.js';
import type { Budgets } from '../tape/planning.js';
import type { Tier } from '../tape/schedules/index.js';
import { formatBytes } from './bytes.js';

/** Bytes of a plan by tier. */
export function bytesByTier({ bytes, host, disk }: NativePlan): Readonly<Record<Tier, number>> {
  return { device: bytes, host: host.snapshots + host.staging, disk };
}

/**
 * Compares what a plan takes off the device with what the caller allows.
 *
 * @throws BudgetError naming the tier that is too small
 */
export function requireTierBudgets(plan: NativePlan, budgets: Budgets): void {
  const needed = bytesByTier(plan);
  for (const tier of ['host', 'disk'] as const) {
    const allowed = budgets[tier] ?? Number.POSITIVE_INFINITY;
    if (needed[tier] > allowed) throw tooMuch(tier, needed[tier], `${formatBytes(allowed)} are allowed`);
  }
}

/**
 * The same, and with what the disk has.
 *
 * @param folder - where snapshots on disk go
 * @throws BudgetError naming the tier that is too small; SnapshotError if the folder cannot be used
 */
export async function requireTiers(plan: NativePlan, budgets: Budgets, folder: string): Promise<void> {
  requireTierBudgets(plan, budgets);
  if (plan.disk === 0) return;
  const free = await freeBytes(folder);
  if (plan.disk > free) throw tooMuch('disk', plan.disk, `${formatBytes(free)} are free in ${folder}`);
}

/**
 * Linux hands out memory that it does not have and kills the process later; so ask first.
 *
 * @param beside - bytes of the same memory that the run takes for other things
 * @throws BudgetError if this machine has less than a plan's host memory and those
 */
export function requireHostMemory(plan: NativePlan, beside: number): void {
  const needed = bytesByTier(plan).host;
  const available = process.availableMemory() - beside;
  if (needed === 0 || needed <= available) return;
  throw tooMuch('host', needed, `${formatBytes(Math.max(0, available))} are available on this machine`);
}

const WHERE = { host: 'in host memory', disk: 'on disk' } as const;

function tooMuch(tier: 'host' | 'disk', bytes: number, limit: string): BudgetError {
  return new BudgetError(
    `this run needs ${formatBytes(bytes)} (${bytes} bytes) ${WHERE[tier]} for snapshots, but ${limit}; fewer snapshots or another tier need less`,
    { smallestBytes: bytes, tier },
  );
}

/** Bytes that this process may still write to a folder's file system. */
async function freeBytes(folder: string): Promise<number> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw new SnapshotError(
      `disk tier: snapshots cannot be written to ${folder}: ${(error as Error).message}; give another diskFolder`,
      { cause: error },
    );
  }
}
