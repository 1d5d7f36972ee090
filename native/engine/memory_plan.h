// Memory accounting: every byte that a run takes on its device is a region of one arena, planned here before
// anything is allocated, and so are those of snapshots in host memory and on disk. Pure arithmetic, so that it also answers for hardware that is not at hand.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "line.h"
#include "precision.h"

namespace unkick {

enum class Account { State, Charge, Adjoint, Field, Green, Fft, Tape, Reduction };
constexpr int kAccounts = 8;
const char* accountName(Account account);

// Coordinate and Real: of the demand's precision.
enum class RegionId {
  Coordinates,     // [6][stride] Coordinate
  Lost,            // [stride] int32, the passed aperture that took the particle
  Charges,         // [stride] double
  Adjoint,         // [6][stride] Real
  ChargesBar,      // [stride] Real
  ChargeGrid,      // [nodes] Real, and later the charge's cotangent
  Potential,       // [nodes] Real; V
  PotentialBar,    // [nodes] Real, cotangent of the potential
  Green,           // [octant] Real, transformed Green function
  GreenBar,        // [octant] Real
  Spectrum,        // [nz][ny][mx/2+1] complex Real
  SpectrumBar,     // the same, for the charge beside the potential's cotangent
  FftWork,         // back end's own: plane buffers, cuFFT work area
  NodeWork,        // what Spectrum, SpectrumBar and FftWork, before it, leave short of [nodes][kNodeLanes]
  Slots,           // snapshots: states [6][particles] Coordinate [, [particles] int32], potentials [nodes] Real
  Partials,        // [chunks][sums] double
  Results,         // raw sums, kick reports, moments, scalars of the kick in progress
};

struct Region {
  RegionId id;
  Account account;
  std::size_t offset;
  std::size_t bytes;
  bool continues;  // may be used as one with the region before it
};

// Pinned host memory, one block beside the arena.
struct HostPlan {
  std::size_t snapshots = 0;
  std::size_t staging = 0;  // what moves between device and disk passes through, where the host cannot reach the device
  std::size_t bytes() const { return snapshots + staging; }
};

struct MemoryPlan {
  std::vector<Region> regions;
  std::vector<std::pair<RegionId, RegionId>> shares;
  std::size_t bytes = 0;
  HostPlan host;
  std::size_t disk = 0;  // of snapshots in files

  void add(RegionId id, Account account, std::size_t bytes, bool continues = false);
  // `id` lies in the memory of `host`, which is idle whenever it is in use.
  void share(RegionId id, RegionId host) { shares.emplace_back(id, host); }
  const Region* find(RegionId id) const;
  std::size_t accountBytes(Account account) const;
};

constexpr std::size_t kRegionAlignment = 256;
std::size_t alignedBytes(std::size_t bytes);

// Bytes of a snapshot slot within the memory of its tier. Ranges may overlap where a schedule never fills
// both at once.
struct SlotRange {
  std::size_t offset;
  std::size_t bytes;
};
std::size_t extentOf(const std::vector<SlotRange>& slots);

// What a run needs to hold at once.
struct Demand {
  Precision precision = Precision::F64;
  std::int64_t particles = 0;
  bool differentiate = false;
  bool energyBar = false;                      // the gradient by the reference energy is wanted
  int threads = 1;                             // CPU only
  std::vector<SlotRange> deviceSlots;          // within the Slots region
  std::vector<SlotRange> hostSlots;            // within one slab of pinned host memory
  std::vector<std::int64_t> diskSlots;         // bytes of each snapshot on disk
  std::string diskFolder;
  bool losses = false;                         // the line has apertures
  int observations = 0;
};

// Of one stored state, and of a kick's stored potential.
std::size_t stateSlotBytes(const Demand& demand);
std::size_t fieldSlotBytes(const Demand& demand, const KickSpec& kick);
// Particle arrays are padded to whole SIMD packs with macroparticles of no charge.
constexpr std::int64_t kPack = 8;
inline std::int64_t particleStride(std::int64_t particles) { return (particles + kPack - 1) / kPack * kPack; }

// Particles are summed in chunks that depend on their number alone.
constexpr std::int64_t kMostChunks = 1024;
constexpr std::int64_t kSmallestChunk = 256;
std::int64_t chunkSize(std::int64_t particles);
std::int64_t chunkCount(std::int64_t particles);

// Length of the cyclic convolution that leaves room for a free-space one of n nodes: the least even
// number >= 2n - 1 with no prime factor above 7; 1 where there is nothing to convolve, along the missing axis of a plane.
int convolutionLength(int n);

// Sizes of the grids of one kick, in elements.
struct GridSizes {
  std::int64_t nodes, octant, spectrum;
};
GridSizes gridSizes(const int* nodes);

// Does this kick's adjoint need d/d(cell sizes) of the Green function?
inline bool needsGreenBar(const KickSpec& kick, const Demand& demand) {
  return kick.differentiateGrid || (demand.energyBar && kick.dimensions() == 3);  // only gamma0 hz follows the energy
}

struct KickReport {
  double centre[3], half[3];  // m
  double outsideCharge;       // C
};
constexpr int kObservation = 28;  // charge, mean [6], lower triangle of the covariance [21]

MemoryPlan planCpuMemory(const Line& line, const Demand& demand);
MemoryPlan planCudaMemory(const Line& line, const Demand& demand);

// CUDA: numbers of a chunk's partial results, and room for the scalars that kernels hand to one another.
constexpr int kCudaPartials = kObservation + static_cast<int>(sizeof(PositionMoments) / sizeof(double)) + 3;
constexpr std::size_t kCudaScalarBytes = 2048;
// CUDA: so many planes of kx are transformed along y and z at once.
int cudaPlaneBatch(const int* nodes, Precision precision);
// Two fields' buffers for them, [nz][length y][planes] complex Real each: so many bytes, and those that must be there beside the
// charge's place, which is free while there are planes.
std::size_t cudaBufferBytes(const int* nodes, Precision precision);
std::size_t cudaWorkBytes(const int* nodes, Precision precision);
// CPU: threads that transform planes. Two planes each at least, which also bounds what their buffers take.
int cpuFftThreads(int threads, const int* nodes);
// Numbers on a node that macroparticles gather at once: three slopes of the potential, and the charge's cotangent.
constexpr int kNodeLanes = 4;
// As many 64-bit ones on a node are scattered at once, or half as many in two passes where cells have fewer bytes.
constexpr int scatterLanes(Precision precision) { return precision == Precision::F64 ? kNodeLanes : kNodeLanes / 2; }
// CPU: complex numbers of one thread's plane buffer.
std::int64_t cpuPlaneElements(const int* nodes);

}  // namespace unkick
