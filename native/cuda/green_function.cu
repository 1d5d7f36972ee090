#include "green_function.h"

#include "../physics/green.h"
#include "../physics/green_far.h"
#include "block_sums.h"
#include "green_octant.h"

namespace unkick::cuda {

namespace {

// Blocks work on parts of the octant, one after the other: first tiles of the near box, a thread for each node or corner, then
// groups of rows along z, as far as they lie beyond it. How far the box reaches is known on the device only.

// --- near: corners ----------------------------------------------------------------------------------------

constexpr int kTileI = 4, kTileJ = 8, kTileK = 8;
static_assert(kTileI * kTileJ * kTileK == kBlock, "one node per thread");
constexpr int kTileCorners = (kTileI + 1) * (kTileJ + 1) * (kTileK + 1);

struct Index {
  int i, j, k;
};
UNKICK_HD int tilesAlong(int n, int tile) { return (n + tile - 1) / tile; }
UNKICK_HD std::int64_t tiles(const int* n) {
  return static_cast<std::int64_t>(tilesAlong(n[0], kTileI)) * tilesAlong(n[1], kTileJ) * tilesAlong(n[2], kTileK);
}
__device__ __forceinline__ Index tileCorner(const NearBox& near, std::int64_t tile) {
  const int alongY = tilesAlong(near.n[1], kTileJ), alongZ = tilesAlong(near.n[2], kTileK);
  const int rest = static_cast<int>(tile / alongZ);
  return {rest / alongY * kTileI, rest % alongY * kTileJ, static_cast<int>(tile % alongZ) * kTileK};
}
__device__ __forceinline__ Index threadInTile(const Index& corner) {
  const int t = threadIdx.x;
  return {corner.i + t / (kTileJ * kTileK), corner.j + t / kTileK % kTileJ, corner.k + t % kTileK};
}
__device__ __forceinline__ bool inside(const NearBox& near, const Index& at) { return at.i < near.n[0] && at.j < near.n[1] && at.k < near.n[2]; }

// The corner (i + 1/2, j + 1/2, k + 1/2).
struct Corner {
  double x, y, z;
  CornerTerms<double> terms;
};
__device__ __forceinline__ Corner cornerAt(const double* aspect, const Index& c) {
  const double x = (c.i + 0.5) * aspect[0], y = (c.j + 0.5) * aspect[1], z = (c.k + 0.5) * aspect[2];
  return {x, y, z, cornerTerms(x, y, z, squareRoot(y * y + z * z), squareRoot(x * x + z * z), squareRoot(x * x + y * y))};
}

// Corners of a tile, from those before its first node on. F is odd in each coordinate: the corner at -1/2 is less the one at 1/2.
__device__ __forceinline__ void fillCorners(const NearBox& near, const double* aspect, const Index& first, double* corners) {
  for (int at = threadIdx.x; at < kTileCorners; at += kBlock) {
    const Index c = {first.i + at / ((kTileJ + 1) * (kTileK + 1)) - 1, first.j + at / (kTileK + 1) % (kTileJ + 1) - 1, first.k + at % (kTileK + 1) - 1};
    if (!inside(near, c)) continue;
    const Corner corner = cornerAt(aspect, {c.i < 0 ? 0 : c.i, c.j < 0 ? 0 : c.j, c.k < 0 ? 0 : c.k});
    const double value = cornerValue(corner.x, corner.y, corner.z, corner.terms);
    corners[at] = (c.i < 0) != ((c.j < 0) != (c.k < 0)) ? -value : value;
  }
}

// G at this thread's node of a tile.
__device__ __forceinline__ double cornerSum(const double* corners) {
  const Index at = threadInTile({0, 0, 0});
  const auto differenceZ = [&](int i, int j) {
    const double* row = corners + (i * (kTileJ + 1) + j) * (kTileK + 1) + at.k;
    return row[1] - row[0];
  };
  const auto differenceYZ = [&](int i) { return differenceZ(i, at.j + 1) - differenceZ(i, at.j); };
  return differenceYZ(at.i + 1) - differenceYZ(at.i);
}

// Element m less the one beyond it along an axis, with nothing beyond the last node of the box: the transpose of the
// corner differences, but for a factor 2 per axis.
template <class Real>
__device__ __forceinline__ double beyondX(const Octant& o, const NearBox& near, const Real* t, int i, int j, int k) {
  return t[o.at(i, j, k)] - (i + 1 < near.n[0] ? double(t[o.at(i + 1, j, k)]) : 0.0);
}
template <class Real>
__device__ __forceinline__ double beyondXY(const Octant& o, const NearBox& near, const Real* t, int i, int j, int k) {
  return beyondX(o, near, t, i, j, k) - (j + 1 < near.n[1] ? beyondX(o, near, t, i, j + 1, k) : 0.0);
}

// Adds a corner's cotangent times c_d dF/d(axis d), in units of the cell.
template <class Real>
__device__ __forceinline__ void addCorner(const Octant& octant, const NearBox& near, const double* aspect, const Real* t, const Index& c, double (&sums)[3]) {
  const double here = beyondXY(octant, near, t, c.i, c.j, c.k);
  const double weight = 8 * (here - (c.k + 1 < near.n[2] ? beyondXY(octant, near, t, c.i, c.j, c.k + 1) : 0.0));
  const Corner corner = cornerAt(aspect, c);
  double byX, byY, byZ;
  cornerGradient(corner.x, corner.y, corner.z, corner.terms, byX, byY, byZ);
  sums[0] = sums[0] + (c.i + 0.5) * (weight * byX);
  sums[1] = sums[1] + (c.j + 0.5) * (weight * byY);
  sums[2] = sums[2] + (c.k + 0.5) * (weight * byZ);
}

// --- far: the series --------------------------------------------------------------------------------------

constexpr int kRows = 8;  // of a group
UNKICK_HD std::int64_t rowGroups(const Octant& octant) { return (static_cast<std::int64_t>(octant.n[0]) * octant.n[1] + kRows - 1) / kRows; }

struct Row {
  std::int64_t begin;  // in the octant
  double x2, y2;
  int firstNode;
  double images;  // along x and y
};
// What a block's threads share.
struct Shared {
  double corners[kTileCorners];
  far::LogSlopes box[kFarSide * kFarSide];
  FarSeries series;
  Row rows[kRows];
  EvenPowers<double> x[kRows], y[kRows];
  double value[kRows][kFarPowers], byX[kRows][kFarPowers], byY[kRows][kFarPowers];  // coefficients of s^(q + 1/2)
};
constexpr int kSharedDoubles = (sizeof(Shared) + sizeof(double) - 1) / sizeof(double);

__device__ __forceinline__ void prepareSeries(const far::Tables& tables, const double* aspect, Shared& shared) {
  const int t = threadIdx.x, a = t / kFarSide, b = t % kFarSide;
  if (a + b <= kFarOrder) shared.box[t] = far::boxTerm(tables, aspect, a, b);
  __syncthreads();
  if (t < kFarTerms) shared.series.set(t, far::termOf(tables, shared.box, t));
  __syncthreads();
}

// kinds: 1 for values, 3 for their derivatives as well.
__device__ __forceinline__ void prepareRows(const Octant& octant, const NearBox& near, const double* aspect, const far::Tables& tables,
                                            std::int64_t group, int kinds, Shared& shared) {
  const int t = threadIdx.x, rows = octant.n[0] * octant.n[1];
  __syncthreads();  // all are done with the rows before
  if (t < kRows) {
    const int number = static_cast<int>(group) * kRows + t, i = number / octant.n[1], j = number % octant.n[1];
    const double x2 = square(i * aspect[0]), y2 = square(j * aspect[1]);
    const int firstNode = number < rows ? near.far(i, j) : octant.n[2];  // none
    shared.rows[t] = {octant.at(i, j, 0), x2, y2, firstNode, (i == 0 ? 1.0 : 2.0) * (j == 0 ? 1.0 : 2.0)};
    shared.x[t] = EvenPowers<double>(x2);
    shared.y[t] = EvenPowers<double>(y2);
  }
  __syncthreads();
  if (t < kinds * kRows * kFarPowers) {
    const int kind = t / (kRows * kFarPowers), row = t / kFarPowers % kRows, q = t % kFarPowers;
    const double* terms = kind == 0 ? shared.series.value : kind == 1 ? shared.series.byX : shared.series.byY;
    double* to = kind == 0 ? shared.value[row] : kind == 1 ? shared.byX[row] : shared.byY[row];
    to[q] = farCoefficient(tables, terms, q, shared.x[row], shared.y[row]);
  }
  __syncthreads();
}

// f(row, k, 1/r^2) for all far nodes of a group.
template <class F>
__device__ __forceinline__ void overFarNodes(const Octant& octant, const double* aspect, const Shared& shared, F&& f) {
  for (int at = threadIdx.x; at < kRows * octant.n[2]; at += kBlock) {
    const int r = at / octant.n[2], k = at % octant.n[2];
    const Row& row = shared.rows[r];
    if (k >= row.firstNode) f(r, k, 1.0 / (row.x2 + row.y2 + square(k * aspect[2])));
  }
}

// --- kernels ----------------------------------------------------------------------------------------------

template <class Real>
__global__ void __launch_bounds__(kBlock) greenKernel(Octant octant, Real* green, const SweepScalars* scalars, far::Tables tables) {
  Shared& shared = *reinterpret_cast<Shared*>(sharedMemory());
  const double aspect[3] = {scalars->geometry.aspect[0], scalars->geometry.aspect[1], scalars->geometry.aspect[2]};
  const NearBox near(octant.n, aspect, farDistance<Real>());
  const std::int64_t nearTiles = tiles(near.n), parts = nearTiles + rowGroups(octant);
  if (blockIdx.x < parts) prepareSeries(tables, aspect, shared);
  for (std::int64_t part = blockIdx.x; part < parts; part += gridDim.x) {
    if (part < nearTiles) {
      const Index corner = tileCorner(near, part), at = threadInTile(corner);
      __syncthreads();  // all are done with the tile before
      fillCorners(near, aspect, corner, shared.corners);
      __syncthreads();
      if (inside(near, at)) green[octant.at(at.i, at.j, at.k)] = static_cast<Real>(cornerSum(shared.corners));
    } else {
      prepareRows(octant, near, aspect, tables, part - nearTiles, 1, shared);
      overFarNodes(octant, aspect, shared, [&](int row, int k, double s) {
        green[shared.rows[row].begin + k] = static_cast<Real>(farValue(shared.value[row], s));
      });
    }
  }
}

template <class Real>
__global__ void __launch_bounds__(kBlock) gradientKernel(Octant octant, const Real* transformed, Partials partials, const SweepScalars* scalars,
                                                        far::Tables tables) {
  Shared& shared = *reinterpret_cast<Shared*>(sharedMemory());
  const double aspect[3] = {scalars->geometry.aspect[0], scalars->geometry.aspect[1], scalars->geometry.aspect[2]};
  const NearBox near(octant.n, aspect, farDistance<Real>());
  const std::int64_t nearTiles = tiles(near.n), parts = nearTiles + rowGroups(octant);
  if (blockIdx.x < parts) prepareSeries(tables, aspect, shared);
  double sums[3] = {0, 0, 0};
  far::LogSlopes farSum = {0, 0, 0};
  for (std::int64_t part = blockIdx.x; part < parts; part += gridDim.x) {
    if (part < nearTiles) {
      const Index at = threadInTile(tileCorner(near, part));
      if (inside(near, at)) addCorner(octant, near, aspect, transformed, at, sums);
    } else {
      prepareRows(octant, near, aspect, tables, part - nearTiles, 3, shared);
      overFarNodes(octant, aspect, shared, [&](int r, int k, double s) {
        const Row& row = shared.rows[r];
        const double bar = row.images * (k == 0 ? 1.0 : 2.0) * transformed[row.begin + k];
        const far::LogSlopes node = farSlopes(shared.value[r], shared.byX[r], shared.byY[r], row.x2, row.y2, s);
        farSum.value = farSum.value + bar * node.value;
        farSum.byX = farSum.byX + bar * node.byX;
        farSum.byY = farSum.byY + bar * node.byY;
      });
    }
  }
  sums[0] = sums[0] + farSum.byX / aspect[0];
  sums[1] = sums[1] + farSum.byY / aspect[1];
  sums[2] = sums[2] + (2 * farSum.value - farSum.byX - farSum.byY) / aspect[2];  // G is homogeneous of degree 2
  writeSums(partials, sums);
}

template <class Real>
Shape shapeFor(const FftPlans<Real>& plans) {
  const Octant octant = octantOf(plans);
  return blocks(octantBlocks(tiles(octant.n) + rowGroups(octant)), kSharedDoubles);
}

}  // namespace

template <class Real>
void transformedGreen(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* octant) {
  // All three differences come before any transform: they cancel, and a transform's rounding must not be
  // what is differenced.
  transformNodes(stream, plans, octant, "Green function", shapeFor(plans), greenKernel<Real>, scalars, far::kTables);
}

template <class Real>
void greenGradient(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* octant, ComplexOf<Real>* work) {
  static_assert(kSharedDoubles >= sumsShared(3), "the sums take place in the same memory");
  sumOverNodes(stream, plans, octant, work, 3, scalars->greenBar, "Green gradient", shapeFor(plans), gradientKernel<Real>, scalars, far::kTables);
}

template void transformedGreen(cudaStream_t, const FftPlans<double>&, const SweepScalars*, double*);
template void greenGradient(cudaStream_t, const FftPlans<double>&, SweepScalars*, double*, ComplexOf<double>*);
template void transformedGreen(cudaStream_t, const FftPlans<float>&, const SweepScalars*, float*);
template void greenGradient(cudaStream_t, const FftPlans<float>&, SweepScalars*, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
