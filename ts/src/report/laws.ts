/** What a code keeps for its reverse sweep: `kicks · (perParticle · N + perCell · cells)` bytes. */
export interface KeptLaw {
  readonly name: string;
  readonly perParticle: number;
  readonly perCell: number;
}

/** Bytes that other codes keep per space-charge kick with their own reverse mode, measured with these versions; docs/memory-law.md. */
export const OTHER_LAWS: Readonly<Record<'float32' | 'float64', readonly KeptLaw[]>> = {
  float32: [
    { name: 'Cheetah 0.8.3', perParticle: 1305, perCell: 1137 },
    { name: 'Cheetah 0.8.4', perParticle: 918, perCell: 1137 },
    { name: 'HELIX 1.9', perParticle: 832, perCell: 8886 },
  ],
  float64: [
    { name: 'Cheetah 0.8.3', perParticle: 2021, perCell: 2274 },
    { name: 'Cheetah 0.8.4', perParticle: 1438, perCell: 2274 },
    { name: 'HELIX 1.9', perParticle: 1280, perCell: 17772 },
  ],
};

/** How large a problem is. */
export interface Sizes {
  readonly particles: number;
  readonly cells: number;
  readonly kicks: number;
}

/** Bytes that a law keeps. */
export function keptBytes({ perParticle, perCell }: KeptLaw, { particles, cells, kicks }: Sizes): number {
  return kicks * (perParticle * particles + perCell * cells);
}
