/**
 * unkick: differentiable particle tracking with space charge whose gradient needs no growing tape.
 *
 * @packageDocumentation
 */
export type { BatchOptions, BatchProgress, FailedMember, Failures, MemberResult } from './batch/batch.js';
export type { BatchBeams, BatchParameters } from './batch/members.js';
export * from './beam/beam.js';
export {
  type ElegantColumns,
  type FixedVariable,
  fromCheetah,
  fromElegant,
  fromImpactX,
  fromMomenta,
  type ImpactXColumns,
  type MomentumColumns,
  type Origin,
  type ReferencePoint,
  toCheetah,
  toElegant,
  toImpactX,
  toMomenta,
} from './beam/conversions.js';
export {
  COORDINATES,
  type Coordinate,
  type CoordinateArrays,
  type Coordinates,
  PLANES,
  type Plane,
} from './beam/coordinates.js';
export type { UniformEllipsoidOptions } from './beam/ellipsoid.js';
export type { CutOptions, GaussianOptions } from './beam/gaussian.js';
export type { Kurth4dOptions, Kurth6dOptions } from './beam/kurth.js';
export type { KvOptions } from './beam/kv.js';
export type { TwissOptions } from './beam/plane.js';
export type { Sampling } from './beam/points.js';
export type { BeamReport, PlaneReport, TransverseReport } from './beam/report.js';
export type { Macroparticle, SplitOptions } from './beam/select.js';
export type { SemiGaussianOptions } from './beam/semiGaussian.js';
export { resolveSpecies, SPECIES, type Species, type SpeciesName } from './beam/species.js';
export type { ThermalOptions } from './beam/thermal.js';
export type { WaterbagOptions } from './beam/waterbag.js';
export { Aperture, type ApertureOptions } from './elements/aperture.js';
export type { BendOptions } from './elements/bend.js';
export { CATALOGUE } from './elements/catalogue.js';
export { ConstantFocusing, type ConstantFocusingOptions } from './elements/constantFocusing.js';
export {
  type CustomCotangents,
  type CustomParameters,
  CustomStep,
  type CustomStepOptions,
} from './elements/customStep.js';
export { DipoleEdge, type DipoleEdgeOptions } from './elements/dipoleEdge.js';
export type { DirectiveOptions } from './elements/directives.js';
export { Drift, type DriftOptions } from './elements/drift.js';
export type { DriftKickOptions } from './elements/driftKick.js';
export type { Model } from './elements/driftModel.js';
export { Element, type ElementChanges, type ElementOptions } from './elements/element.js';
export {
  HKicker,
  Kicker,
  type KickerOptions,
  type SingleKickerOptions,
  VKicker,
} from './elements/kicker.js';
export type { ExtentAlong, GridSettings, PerAxis } from './elements/kickGrid.js';
export { LinearMap, type LinearMapOptions } from './elements/linearMap.js';
export type { ElementClass, MagnetOptions, ParameterRule, SettingRule } from './elements/magnet.js';
export { Marker, type MarkerOptions } from './elements/marker.js';
export { Monitor, type MonitorOptions, type MonitorReading } from './elements/monitor.js';
export { Multipole, type MultipoleOptions } from './elements/multipole.js';
export { Octupole, type OctupoleOptions } from './elements/octupole.js';
export { Quadrupole, type QuadrupoleOptions } from './elements/quadrupole.js';
export { RBend, type RBendOptions } from './elements/rBend.js';
export { RFCavity, type RFCavityOptions } from './elements/rfCavity.js';
export { SBend, type SBendOptions } from './elements/sBend.js';
export { Screen, type ScreenImage, type ScreenOptions } from './elements/screen.js';
export { Sextupole, type SextupoleOptions } from './elements/sextupole.js';
export { Buncher, type BuncherOptions, ShortRF, type ShortRFOptions } from './elements/shortRF.js';
export { Solenoid, type SolenoidOptions } from './elements/solenoid.js';
export {
  type GridExtent,
  SpaceChargeKick,
  type SpaceChargeKickOptions,
  type SpaceChargeSettings,
} from './elements/spaceChargeKick.js';
export {
  SpaceChargeKick2D,
  type SpaceChargeKick2DOptions,
  type SpaceChargeSettings2D,
} from './elements/spaceChargeKick2D.js';
export { ThinLens, type ThinLensOptions } from './elements/thinLens.js';
export * from './errors.js';
export {
  type LatticeReference,
  type LoadedLattice,
  type LoadLatticeOptions,
  loadLattice,
  type ParseLatticeOptions,
  parseLattice,
} from './formats/loadLattice.js';
export { LATTICE_FORMATS, type LatticeFormatName } from './formats/registry.js';
export { type WriteLatticeOptions, type WrittenFormat, writeLattice } from './formats/writeLattice.js';
export {
  type LoadBeamOptions,
  type LoadedBeam,
  loadBeam,
  type SaveBeamOptions,
  saveBeam,
} from './io/beam/beamFile.js';
export type { BeamFormat } from './io/beam/format.js';
export { loadProblem, type Problem, type ProblemOverrides, parseProblem } from './io/problem.js';
export { Lattice } from './lattice/lattice.js';
export { type LatticeEntry, Segment, type SegmentMode, type SegmentOptions } from './lattice/segment.js';
export type { KickPlacement, WithSpaceChargeOptions } from './lattice/slicing.js';
export type { BeamModel } from './match/beamModel.js';
export { LinearBeam, type LinearBeamOptions } from './match/linearBeam.js';
export {
  type MatchProblem,
  type MatchResult,
  type MatchStep,
  type MinimizeOptions,
  minimize,
} from './match/minimize.js';
export type { StopReason } from './match/optimum.js';
export type { MatchFile } from './match/runLog.js';
export type { MatchRunOptions, RunCounts } from './match/runs.js';
export type { MatchedTarget, MatchTarget } from './match/targets.js';
export { TwissBeam } from './match/twissBeam.js';
export type { MatchParameter } from './match/variables.js';
export type { CurvePoint } from './memory/curve.js';
export { GPUS, gpuBytes } from './memory/gpus.js';
export type { AccountedBytes, MemoryReport, TierReport } from './memory/report.js';
export { type BackendName, type BackendReport, backendReport } from './native.js';
export { product, sum, target } from './objective/compose.js';
export {
  linear,
  type MomentsFunction,
  ofMoments,
  ofParticles,
  type ParticlesFunction,
} from './objective/custom.js';
export * from './objective/leaves.js';
export type { Moments, MomentsCotangent, ParticlesCotangent } from './objective/moments.js';
export { Objective } from './objective/objective.js';
export type {
  Evaluation,
  Location,
  LocationNeeds,
  Observation,
  Observations,
} from './objective/observation.js';
export type { Matrix } from './optics/matrix.js';
export {
  type Optics,
  type OpticsOptions,
  type OpticsPoint,
  opticsOf,
  type RingOptics,
} from './optics/optics.js';
export type { InitialPlane, PlaneOptics } from './optics/twiss.js';
export type { Precision } from './precision.js';
export type { BeamLine, PlacedElement } from './report/beamLine.js';
export type { Figure } from './report/figure.js';
export { type LineStudy, type LineStudyOptions, type StrategyCase, studyLine } from './report/lineStudy.js';
export type { Provenance } from './report/provenance.js';
export {
  makeReport,
  type Report,
  type ReportFiles,
  type ReportSources,
  writeReport,
} from './report/report.js';
export { readScaling, type ScalingPoint, type ScalingStudy, scalingStudy } from './report/scalingStudy.js';
export type { ScalingCase, ScalingDesign } from './scaling/design.js';
export type { Coefficient, LawPoint, Residuals } from './scaling/linearFit.js';
export type { Measurement } from './scaling/measurement.js';
export { fitMemoryLaw, type MemoryLaw, memoryAt } from './scaling/memoryLaw.js';
export type { PlannedCase } from './scaling/prediction.js';
export type { ProblemIdentity } from './scaling/problem.js';
export type {
  LeftOutCase,
  MeasuredCase,
  ScalingMachine,
  ScalingReport,
  ScalingResult,
  StrategyLaws,
} from './scaling/report.js';
export { type ScalingOptions, type SweepProgress, scalingSweep } from './scaling/sweep.js';
export { fitTimeLaw, type TimeLaw } from './scaling/timeLaw.js';
export type { EnvelopePoint } from './tape/envelope.js';
export {
  type FeasibilityOptions,
  feasibility,
  type ProblemSize,
  type StrategyFeasibility,
} from './tape/feasibility.js';
export type { GradientPlan, PlannedMemory, TimelinePoint } from './tape/gradientPlan.js';
export type { HeadroomOption } from './tape/headroom.js';
export type { JournalOptions } from './tape/journal.js';
export type { KickReport } from './tape/kicks.js';
export type { Decision, Directive, Reverse as ReverseDirective } from './tape/plan/index.js';
export { type PlanOptions, planGradient } from './tape/planGradient.js';
export type { MemoryBudgets } from './tape/prepare.js';
export type { DirectiveEffect, Profile, StepProfile } from './tape/profile.js';
export type { RunOptions, RunReport, Timing } from './tape/run.js';
export type { Controls, Progress } from './tape/runner.js';
export type { Tier } from './tape/schedules/actions.js';
export type { Strategy, StrategyOptions } from './tape/strategy.js';
export type { TurnEnd, TurnOptions } from './tape/turns.js';
export type { Gradient } from './tape/wrt.js';
export * from './tracker.js';
