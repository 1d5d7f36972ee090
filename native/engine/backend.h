// What a back end does. The engine drives it; two back ends (CPU, CUDA) implement it with the same formulas.
// Every operation is asynchronous where the device is: results stay on it until they are read. Operations
// say what they leave behind; the engine keeps track of what is still valid and never repeats work.
#pragma once

#include <memory>
#include <numeric>

#include "arena.h"
#include "fault.h"

namespace unkick {

struct HostBeam {
  const double* coordinates[kCoordinates] = {};  // [particles] each, already finite
  const double* charges = nullptr;               // [particles] C, >= 0
  std::int64_t particles = 0;

  // In the caller's order, whoever is lost later on; C.
  double totalCharge() const { return std::accumulate(charges, charges + particles, 0.0); }
};

struct DeviceReport {
  std::string name;           // "AMD EPYC ...", "NVIDIA H200"
  int threads = 0;            // CPU
  std::size_t freeBytes = 0;  // cudaMemGetInfo; 0 on the CPU, whose process the caller measures
  std::size_t totalBytes = 0;
};

enum class Direction { Forward, Inverse };

// What the adjoint of a kick has to do, and what it does not find on the device.
struct KickReverse {
  bool inverse;    // undo the kick as well
  bool greenBar;   // the Green function's cotangent is wanted
  bool potential;  // the potential has to be solved for first
};

class Backend {
 public:
  virtual ~Backend() = default;

  // --- the beam -------------------------------------------------------------------------------------
  // Fixes the quanta, uploads and snaps the coordinates.
  virtual void load(const HostBeam& beam, const Headroom& headroom) = 0;
  virtual void readCoordinates(double* const out[kCoordinates]) = 0;
  // Replaces the state by the host's, snapped to the quanta that load fixed. lost: null where there are none.
  virtual void writeState(const double* const in[kCoordinates], const std::int32_t* lost) = 0;
  // The aperture that took each particle, or kAlive; only where the line has apertures.
  virtual void readLosses(std::int32_t* out) = 0;
  // The sums of the reverse sweep as well.
  virtual void clearAdjoint() = 0;
  // Adds host cotangents to the adjoint; null pointers are zeros. charges: [particles] or null.
  virtual void addCotangent(const double* const coordinates[kCoordinates], const double* charges) = 0;
  // The given cotangents replace those of the coordinates; those of the charges stay.
  virtual void writeAdjoint(const double* const coordinates[kCoordinates]) = 0;
  virtual void readAdjoint(double* const coordinates[kCoordinates], double* charges) = 0;

  // --- the tape -------------------------------------------------------------------------------------
  // Slots are device memory: stateSlotBytes or fieldSlotBytes of the demand.
  virtual void storeState(void* slot) = 0;
  virtual void restoreState(const void* slot) = 0;
  virtual void storeField(const Step& kick, void* slot) = 0;
  virtual void restoreField(const Step& kick, const void* slot) = 0;

  // --- other tiers ------------------------------------------------------------------------------------
  // Pinned host memory for snapshots. Throws BackendFailure.
  virtual void* allocateHost(std::size_t bytes) = 0;
  virtual void freeHost(void* memory) = 0;
  // Whether device pointers can be read and written by the host.
  virtual bool sharesHostMemory() const = 0;
  // Marks all work asked for so far; copies that name the mark wait for it. Copies are called on other threads
  // while the sweep goes on, on two at once at most, and return when they are done.
  virtual int fence() = 0;
  virtual void download(void* host, const void* device, std::size_t bytes, int fence) = 0;
  virtual void upload(void* device, const void* host, std::size_t bytes, int fence) = 0;

  // --- local runs, one pass over the particles each ---------------------------------------------------
  // Sums that a reverse sweep leaves are added to those of other turns.
  // Where kickFollows, the pass also leaves the position moments that the next kick's grid needs.
  virtual void run(const Step& step, Direction direction, bool kickFollows) = 0;
  // Inverse and adjoint together; where `pending`, first applies the moment cotangent that gridBar left.
  // Where kickFollows, leaves the position moments and the bound of the momentum cotangents as well.
  virtual void reverseRun(const Step& step, bool pending, bool kickFollows) = 0;
  // Adjoint from the run's input state, which is left as it is.
  virtual void adjointRun(const Step& step) = 0;

  // --- a collective kick, in parts ------------------------------------------------------------------
  virtual void measurePositions() = 0;                        // -> position moments
  virtual void placeGrid(const Step& kick, bool report) = 0;  // position moments -> geometry [, report]
  virtual void deposit(const Step& kick, bool report) = 0;    // -> charge grid [, charge left outside]
  virtual void green(const Step& kick) = 0;                   // -> transformed Green function
  virtual void solve(const Step& kick) = 0;                   // charge grid, which it takes, and Green -> potential
  virtual void kick(const Step& kick, Direction direction) = 0;
  virtual void boundCotangent() = 0;                          // -> largest momentum cotangents
  // The adjoint of a kick, deposit included, in three parts that come in this order. The Green function is there. Neither
  // charge nor potential is, afterwards.
  virtual void scatterBar(const Step& kick, const KickReverse& what) = 0;  // -> the potential's cotangent, charge grid
  virtual void solveBar(const Step& kick, const KickReverse& what) = 0;    // -> the charge's cotangent [, potential] [, GreenBar]
  virtual void gatherBar(const Step& kick, const KickReverse& what) = 0;   // -> kick sums
  // Kick sums -> parameter gradients, and a moment cotangent that is left pending.
  virtual void gridBar(const Step& kick, bool greenBar) = 0;
  virtual void applyPendingCotangent() = 0;

  // --- observations -----------------------------------------------------------------------------------
  virtual void observe(int slot) = 0;
  // 64-bit hash of the state, the same in whatever order the particles are taken.
  virtual std::uint64_t hashState() = 0;
  // The same of device memory as it lies there; a multiple of 8 bytes.
  virtual std::uint64_t hashMemory(const void* memory, std::size_t bytes) = 0;
  virtual void readObservation(int slot, double out[kObservation]) = 0;
  virtual void inject(const MomentCotangent& cotangent) = 0;

  // --- results ------------------------------------------------------------------------------------------
  virtual void readSums(double* sums) = 0;               // [line.sums]
  virtual void writeSums(const double* sums) = 0;        // [line.sums], after a resumed sweep
  virtual void readReports(KickReport* reports) = 0;     // [line.kicks]
  virtual Fault fault() = 0;                             // waits for the device
  virtual void clearFault() = 0;
  virtual DeviceReport device() const = 0;
  virtual const Arena& arena() const = 0;
};

// Why the back end of this binary cannot be used here; empty if it can.
std::string backendUnavailable();
// What is known of the device and its libraries, one "name: value" per line, for `doctor`.
std::string backendDetails();
MemoryPlan planMemory(const Line& line, const Demand& demand);
std::unique_ptr<Backend> createBackend(const Line& line, const Demand& demand);

}  // namespace unkick
