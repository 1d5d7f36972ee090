/** An element of unkick before it is made: the name of its class and the options of its constructor, the name left out. */
export interface ElementSpec {
  readonly type: ElementClass;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Names of the classes that files can hold. */
export const ELEMENT_CLASSES = [
  'Drift',
  'Quadrupole',
  'SBend',
  'RBend',
  'DipoleEdge',
  'Sextupole',
  'Octupole',
  'Multipole',
  'Solenoid',
  'HKicker',
  'VKicker',
  'Kicker',
  'RFCavity',
  'ShortRF',
  'Buncher',
  'ThinLens',
  'LinearMap',
  'ConstantFocusing',
  'Aperture',
  'Marker',
  'Monitor',
  'Screen',
  'SpaceChargeKick',
  'SpaceChargeKick2D',
] as const;

/** One of {@link ELEMENT_CLASSES}. */
export type ElementClass = (typeof ELEMENT_CLASSES)[number];

/** An element and what is put beside it, in the order of the beam; the one that bears the name has no suffix. */
export interface PlacedSpec extends ElementSpec {
  /** What its name has beyond that of the file's element. */
  readonly suffix?: string;
}

/** Half a width that no beam reaches: files can leave an aperture open on two sides, or write an infinity. In m. */
export const OPEN = 1e6;
