import type { Coordinates } from '../../src/beam/coordinates.js';

/** Where an element stands: offsets in m, and its rotation from x towards y in rad. */
export interface Frame {
  readonly dx: number;
  readonly dy: number;
  readonly tilt: number;
}

/** Coordinates as the element sees them: about its own axis, in its own directions. */
export function inFrameOf({ dx, dy, tilt }: Frame, z: Coordinates): Coordinates {
  const shifted = { ...z, x: z.x.map((x) => x - dx), y: z.y.map((y) => y - dy) };
  return turned(shifted, tilt);
}

/** Back from the element's axis and directions. */
export function outOfFrameOf({ dx, dy, tilt }: Frame, z: Coordinates): Coordinates {
  const back = turned(z, -tilt);
  return { ...back, x: back.x.map((x) => x + dx), y: back.y.map((y) => y + dy) };
}

/** In axes that are turned by an angle from x towards y. */
function turned(z: Coordinates, angle: number): Coordinates {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    ...z,
    x: z.x.map((x, i) => cos * x + sin * z.y[i]!),
    y: z.y.map((y, i) => cos * y - sin * z.x[i]!),
    px: z.px.map((px, i) => cos * px + sin * z.py[i]!),
    py: z.py.map((py, i) => cos * py - sin * z.px[i]!),
  };
}
