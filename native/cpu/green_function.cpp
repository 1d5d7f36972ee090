#include "green_function.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../physics/green.h"
#include "pack.h"
#include "parallel.h"

namespace unkick {

namespace {

struct Octant {
  double* data;
  const int* half;
  double* plane(int i) const { return data + std::int64_t(i) * half[1] * half[2]; }
  double* row(int i, int j) const { return plane(i) + std::int64_t(j) * half[2]; }
};

// Corners (i + 1/2, j + 1/2, k + 1/2) of row (i, j), eight k at a time.
struct CornerRow {
  Pack x, y, rhoXy;
  double step;

  UNKICK_HD CornerRow(const double* aspect, int i, int j) {
    const double x0 = (i + 0.5) * aspect[0], y0 = (j + 0.5) * aspect[1];
    x = Pack::all(x0);
    y = Pack::all(y0);
    rhoXy = Pack::all(squareRoot(x0 * x0 + y0 * y0));
    step = aspect[2];
  }
  UNKICK_HD Pack height(int k) const { return step * Pack::ramp(k + 0.5); }
  UNKICK_HD CornerTerms<Pack> terms(Pack z) const {
    return cornerTerms(x, y, z, squareRoot(y * y + z * z), squareRoot(x * x + z * z), rhoXy);
  }
};

// Row (i, j) of F at the corners, already differenced along z: element k is F(k+1/2) - F(k-1/2), where F is
// odd, so that element 0 is 2 F(1/2).
UNKICK_CLONES
void cornerDifferences(const double* aspect, int i, int j, int nz, double* row) {
  const CornerRow corners(aspect, i, j);
  double before = 0;
  for (int k = 0; k < nz; k += Pack::lanes) {
    const Pack z = corners.height(k);
    double f[Pack::lanes];
    cornerValue(corners.x, corners.y, z, corners.terms(z)).store(f);
    for (int lane = 0; lane < std::min(Pack::lanes, nz - k); ++lane) {
      row[k + lane] = k + lane == 0 ? 2 * f[0] : f[lane] - before;
      before = f[lane];
    }
  }
}

// Plane i of the corner sums, differenced along z and y.
void cornerPlane(const FftPlans& plans, const double* aspect, const Octant& octant, int i) {
  const int ny = plans.nodes[1], nz = plans.nodes[2];
  std::memset(octant.plane(i), 0, sizeof(double) * plans.half[1] * plans.half[2]);
  for (int j = 0; j < ny; ++j) cornerDifferences(aspect, i, j, nz, octant.row(i, j));
  for (int j = ny - 1; j >= 0; --j) {
    double* row = octant.row(i, j);
    for (int k = 0; k < nz; ++k) row[k] = j == 0 ? 2 * row[k] : row[k] - row[k - plans.half[2]];
  }
}

constexpr int kColumns = FftPlans::kColumns;

// Copies up to eight columns, `pitch` apart along the axis, into contiguous rows of `length`, and back.
void gatherColumns(const double* from, std::int64_t pitch, int columns, int length, double* rows) {
  for (int i = 0; i < length; ++i) {
    for (int c = 0; c < columns; ++c) rows[c * length + i] = from[i * pitch + c];
  }
}
void scatterColumns(const double* rows, std::int64_t pitch, int columns, int length, double* to) {
  for (int i = 0; i < length; ++i) {
    for (int c = 0; c < columns; ++c) to[i * pitch + c] = rows[c * length + i];
  }
}

// Cosine transform sums interior elements twice; halving them first sums every element once.
void halveInterior(double* row, int length) {
  for (int i = 1; i + 1 < length; ++i) row[i] *= 0.5;
}

// Transforms plane i along z and y.
void cosinePlane(const FftPlans& plans, const Octant& octant, int i, bool halve, double* rows) {
  const int my = plans.half[1], mz = plans.half[2];
  for (int j = 0; j < my; j += kColumns) {
    const int count = std::min(kColumns, my - j);
    const std::size_t bytes = sizeof(double) * count * mz;
    std::memcpy(rows, octant.row(i, j), bytes);
    for (int c = 0; halve && c < count; ++c) halveInterior(rows + c * mz, mz);
    plans.cosine(2, rows);
    std::memcpy(octant.row(i, j), rows, bytes);
  }
  for (int k = 0; k < mz; k += kColumns) {
    const int count = std::min(kColumns, mz - k);
    gatherColumns(octant.plane(i) + k, mz, count, my, rows);
    for (int c = 0; halve && c < count; ++c) halveInterior(rows + c * my, my);
    plans.cosine(1, rows);
    scatterColumns(rows, mz, count, my, octant.plane(i) + k);
  }
}

// Transforms along x for all z of one j. `change` acts on each row before or after.
template <class Before, class After>
void cosineColumnsX(const FftPlans& plans, const Octant& octant, int j, double* rows, Before&& before, After&& after) {
  const int mx = plans.half[0], mz = plans.half[2];
  const std::int64_t pitch = std::int64_t(plans.half[1]) * mz;
  for (int k = 0; k < mz; k += kColumns) {
    const int count = std::min(kColumns, mz - k);
    gatherColumns(octant.row(0, j) + k, pitch, count, mx, rows);
    for (int c = 0; c < count; ++c) before(rows + c * mx);
    plans.cosine(0, rows);
    for (int c = 0; c < count; ++c) after(rows + c * mx);
    scatterColumns(rows, pitch, count, mx, octant.row(0, j) + k);
  }
}

// Transpose of the corner differences along one axis: element m takes 2 (T_m - T_{m+1}), with nothing
// beyond the last node.
void differenceTransposed(double* row, int nodes) {
  for (int m = 0; m < nodes; ++m) row[m] = 2 * (row[m] - (m + 1 < nodes ? row[m + 1] : 0.0));
}

// Sum over plane i of cornerBar * c_d * dF/d(axis d), with cornerBar from octant differenced along x.
UNKICK_CLONES
void gradientPlane(const FftPlans& plans, const double* aspect, const Octant& octant, int i, double* sums) {
  const int ny = plans.nodes[1], nz = plans.nodes[2];
  Pack total[3] = {Pack::all(0), Pack::all(0), Pack::all(0)};
  for (int j = 0; j < ny; ++j) {
    const CornerRow corners(aspect, i, j);
    const double* here = octant.row(i, j);
    const double* next = octant.row(i, j + 1);
    const bool last = j + 1 == ny;
    for (int k = 0; k < nz; k += Pack::lanes) {
      double bar[Pack::lanes] = {};
      for (int lane = 0; lane < std::min(Pack::lanes, nz - k); ++lane) {
        const int m = k + lane;
        const double at = here[m] - (last ? 0.0 : next[m]);
        const double beyond = m + 1 == nz ? 0.0 : here[m + 1] - (last ? 0.0 : next[m + 1]);
        bar[lane] = 4 * (at - beyond);
      }
      const Pack z = corners.height(k);
      Pack byX, byY, byZ;
      cornerGradient(corners.x, corners.y, z, corners.terms(z), byX, byY, byZ);
      const Pack weight = Pack::load(bar);
      total[0] = total[0] + (i + 0.5) * (weight * byX);
      total[1] = total[1] + (j + 0.5) * (weight * byY);
      total[2] = total[2] + Pack::ramp(k + 0.5) * (weight * byZ);
    }
  }
  for (int d = 0; d < 3; ++d) sums[d] = sumLanes(total[d]);
}

}  // namespace

void transformedGreen(const FftPlans& plans, const double* aspect, double* data, Complex* scratch,
                      std::int64_t scratchStride, int threads) {
  const Octant octant = {data, plans.half};
  const int nx = plans.nodes[0], mx = plans.half[0];
  const auto rowsOf = [&](int thread) { return reinterpret_cast<double*>(scratch + thread * scratchStride); };
  parallelFor(threads, mx, [&](std::int64_t i, int) {
    if (i < nx) return cornerPlane(plans, aspect, octant, static_cast<int>(i));
    std::memset(octant.plane(static_cast<int>(i)), 0, sizeof(double) * plans.half[1] * plans.half[2]);
  });
  // All three differences come before any transform: they cancel, and a transform's rounding must not be
  // what is differenced.
  const auto differenceX = [&](double* row) {
    for (int i = nx - 1; i > 0; --i) row[i] -= row[i - 1];
    row[0] *= 2;
  };
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    cosineColumnsX(plans, octant, static_cast<int>(j), rowsOf(thread), differenceX, [](double*) {});
  });
  parallelFor(threads, mx, [&](std::int64_t i, int thread) {
    cosinePlane(plans, octant, static_cast<int>(i), false, rowsOf(thread));
  });
}

void greenGradient(const FftPlans& plans, const double* aspect, double* data, double* gradient, double* planeSums,
                   Complex* scratch, std::int64_t scratchStride, int threads) {
  const Octant octant = {data, plans.half};
  const int nx = plans.nodes[0], mx = plans.half[0];
  const auto rowsOf = [&](int thread) { return reinterpret_cast<double*>(scratch + thread * scratchStride); };
  parallelFor(threads, mx, [&](std::int64_t i, int thread) {
    cosinePlane(plans, octant, static_cast<int>(i), true, rowsOf(thread));
  });
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    cosineColumnsX(
        plans, octant, static_cast<int>(j), rowsOf(thread), [&](double* row) { halveInterior(row, mx); },
        [&](double* row) { differenceTransposed(row, nx); });
  });
  parallelFor(threads, nx, [&](std::int64_t i, int) {
    gradientPlane(plans, aspect, octant, static_cast<int>(i), planeSums + 3 * i);
  });
  for (int d = 0; d < 3; ++d) {
    gradient[d] = 0;
    for (int i = 0; i < nx; ++i) gradient[d] += planeSums[3 * i + d];
  }
}

}  // namespace unkick
