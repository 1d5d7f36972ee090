#include "kick_scatter.h"

#include "kick_passes.h"
#include "nodal_field.h"

namespace unkick::cuda {

namespace {

// Where each thread adds what its own particle leaves on a node, every addition is a memory transaction. Here the numbers of a
// node lie side by side, and as many threads in a row take a particle each by turns, one number each: a node is one transaction.
// So that the charge has several numbers as well, it is added up by the corners of its cell first.

// The particles of a block, in shared memory.
template <int values>
class BlockParticles {
 public:
  static constexpr int kShared = kBlock * (4 + values);  // doubles

  __device__ __forceinline__ BlockParticles()
      : fraction_(sharedMemory()), corner_(reinterpret_cast<std::int64_t*>(fraction_ + 3 * kBlock)), value_(fraction_ + 4 * kBlock) {}

  __device__ __forceinline__ void put(const GridShape& shape, const GridPoint<double>& point) {
    for (int d = 0; d < 3; ++d) fraction_[d * kBlock + threadIdx.x] = point.fraction[d];
    corner_[threadIdx.x] = shape.at(static_cast<int>(point.cell[0]), static_cast<int>(point.cell[1]), static_cast<int>(point.cell[2]));
  }
  __device__ __forceinline__ void putOffGrid() { corner_[threadIdx.x] = kOffGrid; }
  __device__ __forceinline__ void putValue(int v, double value) { value_[threadIdx.x * values + v] = value; }

  __device__ __forceinline__ bool onGrid(int particle) const { return corner_[particle] != kOffGrid; }
  __device__ __forceinline__ std::int64_t corner(int particle) const { return corner_[particle]; }
  // Of the node on the near (0) or far (1) side of the cell along axis d.
  __device__ __forceinline__ double weight(int particle, int d, int side) const {
    const double far = fraction_[d * kBlock + particle];
    return side ? far : 1.0 - far;
  }
  __device__ __forceinline__ double value(int particle, int v) const { return value_[particle * values + v]; }

 private:
  static constexpr std::int64_t kOffGrid = -1;
  double* fraction_;      // [3][kBlock]
  std::int64_t* corner_;  // [kBlock] first node of the cell
  double* value_;         // [kBlock][values]
};

// Sums by the corners of cells: lanes along x, or along x and y, of the record at the cell's row and plane.
template <int lanes>
__device__ __forceinline__ void addByCorners(const BlockParticles<1>& all, int particle, int lane, const GridShape& shape, std::int64_t* sums) {
  const std::int64_t row = shape.n[0], plane = row * shape.n[1];
  const int x = lane & 1;
  const double share = all.value(particle, 0) * all.weight(particle, 0, x);
  UNKICK_UNROLL
  for (int c = 0; c < 8 / lanes; ++c) {
    const int y = lanes == 4 ? lane >> 1 : c & 1, z = lanes == 4 ? c : c >> 1;
    const std::int64_t record = all.corner(particle) + (lanes == 4 ? 0 : y * row) + z * plane;
    addTo(sums + lanes * record + lane, all.weight(particle, 1, y) * all.weight(particle, 2, z) * share);
  }
}

template <int lanes, class Storage>
__global__ void __launch_bounds__(kBlock) depositKernel(KickPass<Storage> pass, std::int64_t* sums, bool report) {
  BlockParticles<1> all;
  const std::int64_t i = threadNumber();
  all.putOffGrid();
  if (i < pass.particles.count) {
    const GridPoint<double> point = locateParticle(pass, pass.scalars->geometry, i);
    const double q = liveCharge(pass.particles.charge[i]) * pass.chargeScale;
    if (point.inside) {
      all.put(pass.shape, point);
      all.putValue(0, q);
    } else if (report) {
      addTo(&pass.scalars->outsideCharge, q);
    }
  }
  __syncthreads();
  for (int turn = 0; turn < lanes; ++turn) {
    const int at = turn * kBlock + static_cast<int>(threadIdx.x), particle = at / lanes;
    if (all.onGrid(particle)) addByCorners<lanes>(all, particle, at % lanes, pass.shape, sums);
  }
}

// What particle i adds to a lane, before it is shared out among its nodes.
template <class Storage>
__device__ __forceinline__ double addend(const KickPass<Storage>& pass, const double* factor, double scale, int lane, std::int64_t i) {
  if (lane == kChargeLane) return liveCharge(pass.particles.charge[i]) * pass.chargeScale;
  return pass.particles.barAt(momentumOf(lane), i) * (factor[lane] * scale);
}

// Lanes first .. first + lanes.
template <int lanes, int first, class Storage>
__global__ void __launch_bounds__(kBlock) scatterKernel(KickPass<Storage> pass, std::int64_t* sums) {
  BlockParticles<lanes> all;
  const std::int64_t i = threadNumber();
  all.putOffGrid();
  if (i < pass.particles.count) {
    const KickGeometry& g = pass.scalars->geometry;
    const GridPoint<double> point = locateParticle(pass, g, i);
    if (point.inside) {
      double factor[3];
      kickFactors(g, factor);
      const double scale = slopeBarScale(*pass.scalars, pass.particles.count);
      all.put(pass.shape, point);
      for (int l = 0; l < lanes; ++l) all.putValue(l, addend(pass, factor, scale, first + l, i));
    }
  }
  __syncthreads();
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  for (int turn = 0; turn < lanes; ++turn) {
    const int at = turn * kBlock + static_cast<int>(threadIdx.x), particle = at / lanes, lane = at % lanes;
    if (!all.onGrid(particle)) continue;
    const double own = all.value(particle, lane);
    UNKICK_UNROLL
    for (int node = 0; node < 8; ++node) {
      const int x = node & 1, y = node >> 1 & 1, z = node >> 2;
      const std::int64_t record = all.corner(particle) + x + y * row + z * plane;
      addTo(sums + lanes * record + lane, all.weight(particle, 1, y) * all.weight(particle, 2, z) * (own * all.weight(particle, 0, x)));
    }
  }
}

template <int lanes, class Storage>
void clearSums(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums) {
  check(cudaMemsetAsync(sums, 0, lanes * pass.shape.nodes() * sizeof(std::int64_t), stream), "clearing the nodes");
}

template <int lanes, int first, class Storage>
void scatterLanesBar(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* potentialBar,
                     typename Storage::Real* charge) {
  clearSums<lanes>(stream, pass, sums);
  launch(stream, "scatter cotangents", {over(pass.particles.count).blocks, kBlock, BlockParticles<lanes>::kShared},
         scatterKernel<lanes, first, Storage>, pass, sums);
  slopesBar<lanes, first>(stream, pass.shape, sums, potentialBar, charge);
}

}  // namespace

template <class Storage>
void deposit(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* charge, bool report) {
  constexpr int lanes = scatterLanes(Storage::precision);
  clearSums<lanes>(stream, pass, sums);
  if (report) clearOutsideCharge(stream, pass);
  launch(stream, "deposit", {over(pass.particles.count).blocks, kBlock, BlockParticles<1>::kShared}, depositKernel<lanes, Storage>, pass, sums,
         report);
  sumCorners<lanes>(stream, pass.shape, sums, charge);
}

template <class Storage>
void scatterBar(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* potentialBar,
                typename Storage::Real* charge) {
  if constexpr (scatterLanes(Storage::precision) == kNodeLanes) {
    scatterLanesBar<kNodeLanes, 0>(stream, pass, sums, potentialBar, charge);
  } else {
    scatterLanesBar<2, 0>(stream, pass, sums, potentialBar, charge);
    scatterLanesBar<2, 2>(stream, pass, sums, potentialBar, charge);
  }
}

template void deposit(cudaStream_t, const KickPass<F64>&, std::int64_t*, double*, bool);
template void scatterBar(cudaStream_t, const KickPass<F64>&, std::int64_t*, double*, double*);
template void deposit(cudaStream_t, const KickPass<F32>&, std::int64_t*, float*, bool);
template void scatterBar(cudaStream_t, const KickPass<F32>&, std::int64_t*, float*, float*);

}  // namespace unkick::cuda
