// npm's install script, where unkick is a dependency of another project: builds the addons from source.
// It installs no system packages; it says which are missing. UNKICK_SKIP_NATIVE=1 leaves the build out.
import { buildNative } from './lib/native.mjs';
import { main, StepError, step } from './lib/step.mjs';
import { checkNode, requireTools } from './lib/system.mjs';

const OPTIONS = { UNKICK_TESTS: 'OFF', UNKICK_WERROR: 'OFF' };

/** A toolkit that does not go with this machine's compiler must not cost the user the CPU back end. */
async function buildWithFallback() {
  try {
    return await buildNative(OPTIONS);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const cpuOnly = await buildNative({ ...OPTIONS, UNKICK_CUDA: 'OFF' }).catch(() => undefined);
    if (cpuOnly === undefined) throw error;
    return `${cpuOnly} only; the CUDA back end failed to build:\n${error.message}`;
  }
}

if (process.env.UNKICK_SKIP_NATIVE !== '1') {
  await main(async () => {
    checkNode();
    await requireTools();
    await step('unkick', buildWithFallback);
  });
}
