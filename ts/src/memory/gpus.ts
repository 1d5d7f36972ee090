import { OptionsError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { parseBytes } from './bytes.js';

const MiB = 2 ** 20;

/**
 * Memory of GPUs in bytes as their drivers report it in all (`memory.total` of nvidia-smi), from
 * published listings: none of them was at hand.
 */
export const GPUS: Readonly<Record<string, number>> = {
  'a100-40': 40_960 * MiB,
  'a100-80': 81_920 * MiB,
  h100: 81_559 * MiB,
  h200: 143_771 * MiB,
  b200: 183_359 * MiB,
  l4: 23_034 * MiB,
  l40s: 46_068 * MiB,
  v100: 32_768 * MiB,
  t4: 15_360 * MiB,
  rtx3090: 24_576 * MiB,
  rtx4090: 24_564 * MiB,
  rtx5090: 32_607 * MiB,
};

/** What the driver, a CUDA context and cuFFT's own code take before the arena is allocated, about. */
const CONTEXT_BYTES = 640 * MiB;

/**
 * Bytes that a run may take on a GPU, given by name or size: of a named one what its driver and a CUDA context leave.
 *
 * @throws OptionsError for an unknown name
 */
export function gpuBytes(gpu: string): number {
  const known = GPUS[gpu.toLowerCase()];
  if (known !== undefined) return known - CONTEXT_BYTES;
  if (/^\s*\d/.test(gpu)) return parseBytes(gpu);
  throw new OptionsError(
    `there is no GPU '${gpu}' in the list${didYouMean(gpu, Object.keys(GPUS))}; or give a size such as 80GB`,
  );
}
