#include "cosine_transform.h"

#include <algorithm>

#include "pack.h"

namespace unkick {

namespace {

constexpr int kColumns = FftPlans::kColumns;

// Columns of `half` doubles; where they lie: elements `pitch` apart, columns `distance`.
struct Columns {
  double* first;
  std::int64_t pitch, distance;
  int half, count;

  double* at(int i, int c) const { return first + i * pitch + c * distance; }
};

// Columns 2p and 2p + 1 become row p; a column that is missing is zero.
UNKICK_CLONES
void extendEvenly(const Columns& columns, double share, int length, Complex* rows) {
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

UNKICK_CLONES
void takeBack(const Complex* rows, int length, const Columns& columns) {
  for (int i = 0; i < columns.half; ++i) {
    for (int c = 0; c < columns.count; ++c) {
      const Complex& both = rows[c / 2 * length + i];
      *columns.at(i, c) = c % 2 == 0 ? both.re : both.im;
    }
  }
}

void cosine(const FftPlans& plans, int axis, const Columns& columns, Interior interior, Complex* rows) {
  extendEvenly(columns, interior == Interior::Once ? 0.5 : 1.0, plans.length[axis], rows);
  plans.forwardPairs(axis, (columns.count + 1) / 2, rows);
  takeBack(rows, plans.length[axis], columns);
}

}  // namespace

void cosineX(const FftPlans& plans, const Octant& octant, int j, Interior interior, Complex* rows) {
  const int mz = plans.half[2];
  const std::int64_t pitch = std::int64_t(plans.half[1]) * mz;
  for (int k = 0; k < mz; k += kColumns) {
    cosine(plans, 0, {octant.row(0, j) + k, pitch, 1, plans.half[0], std::min(kColumns, mz - k)}, interior, rows);
  }
}

void cosineYandZ(const FftPlans& plans, const Octant& octant, int i, Interior interior, Complex* rows) {
  const int my = plans.half[1], mz = plans.half[2];
  for (int j = 0; j < my; j += kColumns) {
    cosine(plans, 2, {octant.row(i, j), 1, mz, mz, std::min(kColumns, my - j)}, interior, rows);
  }
  for (int k = 0; k < mz; k += kColumns) {
    cosine(plans, 1, {octant.plane(i) + k, mz, 1, my, std::min(kColumns, mz - k)}, interior, rows);
  }
}

}  // namespace unkick
