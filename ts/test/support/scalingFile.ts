/** A scaling.json as `unkick scaling` writes it, with sizes varied one by one; the largest case was not run. */
export function scalingFile() {
  const sizes = [
    ...[1e3, 1e4, 1e5, 1e7].map((particles) => ({ particles, grid: 32, kicks: 16 })),
    ...[16, 64, 128].map((grid) => ({ particles: 1e4, grid, kicks: 16 })),
    ...[1, 4, 256].map((kicks) => ({ particles: 1e4, grid: 32, kicks })),
  ];
  const cases = ['invert', 'fields', 'store'].flatMap((strategy) =>
    sizes.map((size) => {
      const { particles, grid, kicks } = size;
      const cells = grid ** 3;
      const tape = { invert: 0, fields: 8 * cells * (kicks - 1), store: 48 * particles * kicks }[strategy]!;
      const predictedBytes = 112 * particles + 80 * cells + tape;
      const outcome =
        particles === 1e7 ? { state: 'too large' } : { state: 'measured', arenaBytes: predictedBytes };
      return { strategy, ...size, cells, predictedBytes, ...outcome };
    }),
  );
  return {
    format: 'unkick scaling 1',
    command: 'unkick scaling out',
    date: '2026-11-20T12:00:00.000Z',
    machine: { cpu: 'a processor', cores: 2, memory: 2 ** 34, node: 'v20.20.0', backend: 'cpu' },
    cases,
  };
}
