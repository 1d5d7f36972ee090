#include "green_function.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../physics/green.h"
#include "../physics/green_far.h"
#include "cosine_transform.h"
#include "pack.h"
#include "parallel.h"

namespace unkick {

namespace {

// What every row of one grid needs to know.
struct Grid {
  const double* aspect;
  const int* nodes;
  NearBox near;
  FarSeries series;

  Grid(const double* aspect, const int* nodes, double farDistance)
      : aspect(aspect), nodes(nodes), near(nodes, aspect, farDistance), series(farSeries(aspect)) {}
  double x2(int i) const { return square(i * aspect[0]); }
  Pack y2(int j) const { return aspect[1] * Pack::ramp(j) * (aspect[1] * Pack::ramp(j)); }  // of eight rows
};

// --- values -----------------------------------------------------------------------------------------------

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

// Corner sums of plane i within the box, differenced along z and y.
void nearPlane(const Grid& grid, const Octant<double>& octant, int i, double*) {
  const int ny = grid.near.n[1], nz = grid.near.n[2];
  for (int j = 0; j < ny; ++j) cornerDifferences(grid.aspect, i, j, nz, octant.row(i, j));
  for (int j = ny - 1; j >= 0; --j) {
    double* row = octant.row(i, j);
    for (int k = 0; k < nz; ++k) row[k] = j == 0 ? 2 * row[k] : row[k] - row[k - octant.half[2]];
  }
}

// Within the box, along x: all three differences come before any transform, because they cancel, and a transform's
// rounding must not be what is differenced.
void differenceX(const NearBox& near, const Octant<double>& octant, int j) {
  if (j >= near.n[1]) return;
  for (int i = near.n[0] - 1; i > 0; --i) {
    double* row = octant.row(i, j);
    const double* before = octant.row(i - 1, j);
    for (int k = 0; k < near.n[2]; ++k) row[k] -= before[k];
  }
  for (int k = 0; k < near.n[2]; ++k) octant.row(0, j)[k] *= 2;
}

// Where octants are of floats, nothing is rounded before all three differences are taken: the box is small, and so the plane
// before is computed once more. work: three rows.
void nearPlane(const Grid& grid, const Octant<float>& octant, int i, double* work) {
  const int ny = grid.near.n[1], nz = grid.near.n[2];
  double *here = work, *before = work + nz, *below = work + 2 * nz;
  for (int j = 0; j < ny; ++j) {
    cornerDifferences(grid.aspect, i, j, nz, here);
    if (i > 0) cornerDifferences(grid.aspect, i - 1, j, nz, before);
    float* row = octant.row(i, j);
    for (int k = 0; k < nz; ++k) {
      here[k] = i == 0 ? 2 * here[k] : here[k] - before[k];
      row[k] = static_cast<float>(j == 0 ? 2 * here[k] : here[k] - below[k]);
    }
    std::swap(here, below);
  }
}

void differenceX(const NearBox&, const Octant<float>&, int) {}

// Plane i from the series, eight rows at a time.
template <class Real>
UNKICK_CLONES void farPlane(const Grid& grid, const Octant<Real>& octant, int i) {
  const int ny = grid.nodes[1], nz = grid.nodes[2];
  const Pack x2 = Pack::all(grid.x2(i));
  for (int j0 = 0; j0 < ny; j0 += Pack::lanes) {
    const Pack y2 = grid.y2(j0), rho2 = x2 + y2;
    Pack c[kFarPowers];
    farRow(grid.series, x2, y2, c);
    for (int j = j0; j < std::min(ny, j0 + Pack::lanes); ++j) {
      Real* row = octant.row(i, j);
      for (int k = grid.near.far(i, j); k < nz; k += Pack::lanes) {
        const Pack z = grid.aspect[2] * Pack::ramp(k), s = 1.0 / (rho2[j - j0] * Pack::all(1.0) + z * z);
        Pack sum = Pack::all(c[kFarPowers - 1][j - j0]);
        for (int q = kFarPowers - 2; q >= 0; --q) sum = sum * s + c[q][j - j0];
        Real values[Pack::lanes];
        (squareRoot(s) * sum).store(values);
        std::memcpy(row + k, values, sizeof(Real) * std::min(Pack::lanes, nz - k));
      }
    }
  }
}

// --- gradient ---------------------------------------------------------------------------------------------
// A node's cotangent stands for its mirror images, too: twice per axis on which it is not in the middle.

// Transpose of differenceX, but for the factor.
template <class Real>
void differenceBarX(const NearBox& near, const Octant<Real>& octant, int j) {
  if (j >= near.n[1]) return;
  for (int i = 0; i + 1 < near.n[0]; ++i) {
    Real* row = octant.row(i, j);
    const Real* next = octant.row(i + 1, j);
    for (int k = 0; k < near.n[2]; ++k) row[k] -= next[k];
  }
}

// Adds the box's part of plane i to sums [3], by the cell sizes; the plane is differenced along x.
template <class Real>
UNKICK_CLONES void nearPlaneBar(const Grid& grid, const Octant<Real>& octant, int i, double* sums) {
  const int ny = grid.near.n[1], nz = grid.near.n[2];
  Pack total[3] = {Pack::all(0), Pack::all(0), Pack::all(0)};
  for (int j = 0; j < ny; ++j) {
    const CornerRow corners(grid.aspect, i, j);
    const Real* here = octant.row(i, j);
    const Real* next = octant.row(i, j + 1);
    const bool last = j + 1 == ny;
    for (int k = 0; k < nz; k += Pack::lanes) {
      double bar[Pack::lanes] = {};
      for (int lane = 0; lane < std::min(Pack::lanes, nz - k); ++lane) {
        const int m = k + lane;
        const double at = here[m] - (last ? 0.0 : double(next[m]));
        const double beyond = m + 1 == nz ? 0.0 : here[m + 1] - (last ? 0.0 : double(next[m + 1]));
        bar[lane] = 8 * (at - beyond);
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
  for (int d = 0; d < 3; ++d) sums[d] += sumLanes(total[d]);
}

// moments: [kFarPowers + 1] sum over the far nodes of a row of GBar s^(q + 1/2).
template <class Real>
UNKICK_HD void rowMoments(const Real* bar, double rho2, double step, int first, int nodes, double* moments) {
  Pack total[kFarPowers + 1];
  for (Pack& t : total) t = Pack::all(0);
  for (int k = first; k < nodes; k += Pack::lanes) {
    Real weights[Pack::lanes] = {};
    std::memcpy(weights, bar + k, sizeof(Real) * std::min(Pack::lanes, nodes - k));
    if (k == 0) weights[0] /= 2;  // the middle has no mirror image
    const Pack z = step * Pack::ramp(k), s = 1.0 / (rho2 * Pack::all(1.0) + z * z);
    Pack term = Pack::load(weights) * squareRoot(s);
    for (Pack& t : total) {
      t = t + term;
      term = term * s;
    }
  }
  for (int q = 0; q <= kFarPowers; ++q) moments[q] = 2 * sumLanes(total[q]);
}

// Adds the far nodes' part of plane i to sums [3].
template <class Real>
UNKICK_CLONES void farPlaneBar(const Grid& grid, const Octant<Real>& octant, int i, double* sums) {
  const int ny = grid.nodes[1], nz = grid.nodes[2];
  const Pack x2 = Pack::all(grid.x2(i));
  Pack termsBar[kFarTerms], xBar = Pack::all(0), yBar = Pack::all(0);
  for (Pack& bar : termsBar) bar = Pack::all(0);
  for (int j0 = 0; j0 < ny; j0 += Pack::lanes) {
    const Pack y2 = grid.y2(j0), rho2 = x2 + y2;
    double moments[kFarPowers + 1][Pack::lanes] = {};
    for (int j = j0; j < std::min(ny, j0 + Pack::lanes); ++j) {
      const double copies = (i == 0 ? 1 : 2) * (j == 0 ? 1 : 2);
      double row[kFarPowers + 1];
      rowMoments(octant.row(i, j), rho2[j - j0], grid.aspect[2], grid.near.far(i, j), nz, row);
      for (int q = 0; q <= kFarPowers; ++q) moments[q][j - j0] = copies * row[q];
    }
    Pack packed[kFarPowers + 1];
    for (int q = 0; q <= kFarPowers; ++q) packed[q] = Pack::load(moments[q]);
    farRowBar(grid.series, x2, y2, packed, termsBar, xBar, yBar);
  }
  double terms[kFarTerms], value = 0;
  for (int term = 0; term < kFarTerms; ++term) {
    terms[term] = sumLanes(termsBar[term]);
    value += grid.series.value[term] * terms[term];
  }
  double logBar[3] = {sumLanes(xBar), sumLanes(yBar), 0};
  farSeriesBar(grid.series, terms, logBar);
  logBar[2] = 2 * value - logBar[0] - logBar[1];  // G is homogeneous of degree 2
  for (int d = 0; d < 3; ++d) sums[d] += logBar[d] / grid.aspect[d];
}

}  // namespace

template <class Real>
void transformedGreen(const FftPlans& plans, const double* aspect, Real* data, Complex* scratch,
                      std::int64_t scratchStride, int threads) {
  const Octant<Real> octant = {data, plans.half};
  const Grid grid(aspect, plans.nodes, farDistance<Real>());
  parallelForUneven(threads, plans.half[0], [&](std::int64_t plane, int thread) {
    const int i = static_cast<int>(plane);
    double* work = reinterpret_cast<double*>(scratch + thread * scratchStride);
    std::memset(octant.plane(i), 0, sizeof(Real) * plans.half[1] * plans.half[2]);
    if (i < grid.near.n[0]) nearPlane(grid, octant, i, work);
    if (i < plans.nodes[0]) farPlane(grid, octant, i);
  });
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    differenceX(grid.near, octant, static_cast<int>(j));
    cosineX(plans, octant, static_cast<int>(j), Interior::Twice, scratch + thread * scratchStride);
  });
  parallelFor(threads, plans.half[0], [&](std::int64_t i, int thread) {
    cosineYandZ(plans, octant, static_cast<int>(i), Interior::Twice, scratch + thread * scratchStride);
  });
}

template <class Real>
void greenGradient(const FftPlans& plans, const double* aspect, Real* data, double* gradient, double* planeSums,
                   Complex* scratch, std::int64_t scratchStride, int threads) {
  const Octant<Real> octant = {data, plans.half};
  const Grid grid(aspect, plans.nodes, farDistance<Real>());
  const int nx = plans.nodes[0];
  parallelFor(threads, plans.half[0], [&](std::int64_t i, int thread) {
    cosineYandZ(plans, octant, static_cast<int>(i), Interior::Once, scratch + thread * scratchStride);
  });
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    cosineX(plans, octant, static_cast<int>(j), Interior::Once, scratch + thread * scratchStride);
    differenceBarX(grid.near, octant, static_cast<int>(j));
  });
  parallelForUneven(threads, nx, [&](std::int64_t plane, int) {
    const int i = static_cast<int>(plane);
    double* sums = planeSums + 3 * plane;
    std::fill(sums, sums + 3, 0.0);
    if (i < grid.near.n[0]) nearPlaneBar(grid, octant, i, sums);
    farPlaneBar(grid, octant, i, sums);
  });
  for (int d = 0; d < 3; ++d) {
    gradient[d] = 0;
    for (int i = 0; i < nx; ++i) gradient[d] += planeSums[3 * i + d];
  }
}

template void transformedGreen(const FftPlans&, const double*, double*, Complex*, std::int64_t, int);
template void greenGradient(const FftPlans&, const double*, double*, double*, double*, Complex*, std::int64_t, int);
template void transformedGreen(const FftPlans&, const double*, float*, Complex*, std::int64_t, int);
template void greenGradient(const FftPlans&, const double*, float*, double*, double*, Complex*, std::int64_t, int);

}  // namespace unkick
