#include "cosine_transform.h"

#include <algorithm>

#include "node_vectors.h"

namespace unkick {

namespace {

constexpr int kColumns = FftPlans::kColumns;

// Columns of `half` numbers; where they lie: elements `pitch` apart, columns `distance`. One of the two is 1.
template <class Real>
struct Columns {
  Real* first;
  std::int64_t pitch, distance;
  int half, count;

  Real* column(int c) const { return first + c * distance; }
};

// A pair of columns, a number of each at a time, to a row and to its mirrored other half. b: null where it is missing.
template <class Real>
UNKICK_HD void extendPair(const Real* a, const Real* b, std::int64_t pitch, int half, double share, int length, Complex* row) {
  const auto both = [&](int i) __attribute__((always_inline)) {
    return Double2{static_cast<double>(a[i * pitch]), b ? static_cast<double>(b[i * pitch]) : 0.0};
  };
  const auto put = [&](Double2 value, int i) __attribute__((always_inline)) { memcpy(row + i, &value, sizeof value); };
  put(both(0), 0);
  for (int i = 1; i < half - 1; ++i) {
    const Double2 value = share * both(i);
    put(value, i);
    put(value, length - i);
  }
  put(both(half - 1), half - 1);
}

// Columns 2p and 2p + 1 become row p; a column that is missing is zero.
template <class Real>
UNKICK_CLONES void extendEvenly(const Columns<Real>& columns, double share, int length, Complex* rows) {
  for (int c = 0; c < columns.count; c += 2) {
    const Real* a = columns.column(c);
    Complex* row = rows + c / 2 * length;
    if (c + 1 == columns.count) extendPair<Real>(a, nullptr, columns.pitch, columns.half, share, length, row);
    else if (columns.pitch == 1) extendPair(a, columns.column(c + 1), 1, columns.half, share, length, row);
    else extendPair(a, a + 1, columns.pitch, columns.half, share, length, row);
  }
}

template <class Real>
UNKICK_HD void givePair(const Complex* row, int half, std::int64_t pitch, Real* a, Real* b) {
  for (int i = 0; i < half; ++i) {
    a[i * pitch] = static_cast<Real>(row[i].re);
    if (b) b[i * pitch] = static_cast<Real>(row[i].im);
  }
}

template <class Real>
UNKICK_CLONES void takeBack(const Complex* rows, int length, const Columns<Real>& columns) {
  for (int c = 0; c < columns.count; c += 2) {
    Real *a = columns.column(c), *b = c + 1 < columns.count ? columns.column(c + 1) : nullptr;
    const Complex* row = rows + c / 2 * length;
    if (columns.pitch == 1) givePair(row, columns.half, 1, a, b);
    else givePair(row, columns.half, columns.pitch, a, b);
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
    // The next columns: a pitch of planes is more than the processor foresees.
    for (int i = 0; i < plans.half[0]; ++i) __builtin_prefetch(octant.row(0, j) + i * pitch + k + 2 * kColumns - 1, 1);
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
