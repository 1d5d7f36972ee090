/** One point of a trade-off between memory and time. */
export interface CurvePoint {
  /** Bytes on the device: of the tape alone for a planner, of the whole arena for users. */
  readonly bytes: number;
  /** Seconds of the forward and the reverse sweep. */
  readonly seconds: number;
}
