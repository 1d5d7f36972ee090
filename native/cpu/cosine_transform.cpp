#include "cosine_transform.h"

#include <algorithm>

#include "pack.h"

namespace unkick {

namespace {

constexpr int kColumns = FftPlans::kColumns;

// Columns of `half` numbers; where they lie: elements `pitch` apart, columns `distance`.
template <class Real>
struct Columns {
  Real* first;
  std::int64_t pitch, distance;
  int half, count;

  Real* at(int i, int c) const { return first + i * pitch + c * distance; }
};

// Columns 2p and 2p + 1 become row p; a column that is missing is zero.
template <class Real>
UNKICK_CLONES void extendEvenly(const Columns<Real>& columns, double share, int length, Complex* rows) {
  const int pairs = (columns.count + 1) / 2, last = columns.half - 1;
  for (int i = 0; i < columns.half; ++i) {
    const double weight = i == 0 || i == last ? 1.0 : share;
    for (int p = 0; p < pairs; ++p) {
      const bool alone = 2 * p + 1 == columns.count;
      const Complex both = {weight * *columns.at(i, 2 * p), alone ? 0.0 : weight * *columns.at(i, 2 * p + 1)};
      rows[p * length + i] = both;
      rows[p * length + (i == 0 ? 0 : length - i)] = both;
    }
  }
}

template <class Real>
UNKICK_CLONES void takeBack(const Complex* rows, int length, const Columns<Real>& columns) {
  for (int i = 0; i < columns.half; ++i) {
    for (int c = 0; c < columns.count; ++c) {
      const Complex& both = rows[c / 2 * length + i];
      *columns.at(i, c) = static_cast<Real>(c % 2 == 0 ? both.re : both.im);
    }
  }
}

template <class Real>
void cosine(const FftPlans& plans, int axis, const Columns<Real>& columns, Interior interior, Complex* rows) {
  extendEvenly(columns, interior == Interior::Once ? 0.5 : 1.0, plans.length[axis], rows);
  plans.forwardPairs(axis, (columns.count + 1) / 2, rows);
  takeBack(rows, plans.length[axis], columns);
}

}  // namespace

template <class Real>
void cosineX(const FftPlans& plans, const Octant<Real>& octant, int j, Interior interior, Complex* rows) {
  const int mz = plans.half[2];
  const std::int64_t pitch = std::int64_t(plans.half[1]) * mz;
  for (int k = 0; k < mz; k += kColumns) {
    cosine<Real>(plans, 0, {octant.row(0, j) + k, pitch, 1, plans.half[0], std::min(kColumns, mz - k)}, interior, rows);
  }
}

template <class Real>
void cosineYandZ(const FftPlans& plans, const Octant<Real>& octant, int i, Interior interior, Complex* rows) {
  const int my = plans.half[1], mz = plans.half[2];
  for (int j = 0; j < my; j += kColumns) {
    cosine<Real>(plans, 2, {octant.row(i, j), 1, mz, mz, std::min(kColumns, my - j)}, interior, rows);
  }
  for (int k = 0; k < mz; k += kColumns) {
    cosine<Real>(plans, 1, {octant.plane(i) + k, mz, 1, my, std::min(kColumns, mz - k)}, interior, rows);
  }
}

template void cosineX(const FftPlans&, const Octant<double>&, int, Interior, Complex*);
template void cosineX(const FftPlans&, const Octant<float>&, int, Interior, Complex*);
template void cosineYandZ(const FftPlans&, const Octant<double>&, int, Interior, Complex*);
template void cosineYandZ(const FftPlans&, const Octant<float>&, int, Interior, Complex*);

}  // namespace unkick
