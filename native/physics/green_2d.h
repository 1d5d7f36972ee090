// Green function of a long beam: the mean of ln r over a cell, and its derivative by the cell's shape. Lengths are in units of
// hx, the cell is 1 by `aspect` = hy/hx. It is what the integrated Green function of two dimensions is but for the cell's area,
// which the charge density has in its denominator.
//
// Near the cell, the alternating sum over its four corners of
//   F = (xy (ln r^2 - 3) + x^2 atan(y/x) + y^2 atan(x/y))/2,   d^2F/dxdy = ln r,   dF/dy = x (ln r - 1) + y atan(x/y),
// which is odd in x and in y. Far from it the sum cancels. There, with z = x + iy, the mean of ln|z + w| over the cell's points w
// is Re(ln z - sum_n <w^n>/(n z^n)) over even n; <w^n> is real, because the cell is symmetric.
#pragma once

#include "real.h"

namespace unkick {

struct CellMean {
  double value;     // of ln r
  double byAspect;  // its derivative by hy/hx
};

// Nodes that lie so many longest cell sizes away, or more, take the series: it leaves less than 1e-14.
constexpr double kFarDistance2d = 8;

// The mixed difference of F over the cell at node (i, j), over its area.
UNKICK_HD CellMean nearCellMean(int i, int j, double aspect) {
  double sum = 0, sumByAspect = 0;
  for (int corner = 0; corner < 4; ++corner) {
    const double x = i + (corner % 2 == 0 ? 0.5 : -0.5), across = j + (corner < 2 ? 0.5 : -0.5);
    const double sign = corner == 0 || corner == 3 ? 1.0 : -1.0;
    const double y = across * aspect;
    const double logSquare = ::log(x * x + y * y), angleY = ::atan(y / x), angleX = ::atan(x / y);
    sum = sum + sign * (0.5 * (x * y * (logSquare - 3.0) + x * x * angleY + y * y * angleX));
    sumByAspect = sumByAspect + sign * across * (x * (0.5 * logSquare - 1.0) + y * angleX);
  }
  const double value = sum / aspect;
  return {value, (sumByAspect - value) / aspect};
}

// <w^n>/n for n = 2, 4, 6, 8, and their derivatives by the aspect.
UNKICK_HD void cellMultipoles(double aspect, double* moment, double* byAspect) {
  const double s = aspect * aspect;
  moment[0] = (1.0 - s) / 24;
  moment[1] = (1.0 / 80 + s * (-1.0 / 24 + s / 80)) / 4;
  moment[2] = (1.0 / 448 + s * (-1.0 / 64 + s * (1.0 / 64 - s / 448))) / 6;
  moment[3] = (1.0 / 2304 + s * (-1.0 / 192 + s * (7.0 / 640 + s * (-1.0 / 192 + s / 2304)))) / 8;
  byAspect[0] = -aspect / 12;
  byAspect[1] = aspect * (-1.0 / 12 + s / 20) / 4;
  byAspect[2] = aspect * (-1.0 / 32 + s * (1.0 / 16 - s * (3.0 / 224))) / 6;
  byAspect[3] = aspect * (-1.0 / 96 + s * (7.0 / 160 + s * (-1.0 / 32 + s / 288))) / 8;
}

UNKICK_HD CellMean farCellMean(int i, int j, double aspect) {
  double moment[4], momentByAspect[4];
  cellMultipoles(aspect, moment, momentByAspect);
  const double x = i, y = j * aspect, square = x * x + y * y;
  // 1/z and 1/z^2 as real and imaginary part.
  const double re = x / square, im = -y / square, re2 = re * re - im * im, im2 = 2.0 * re * im;
  CellMean mean = {0.5 * ::log(square), -j * im};  // d ln z/d aspect = ij/z
  double powerRe = 1, powerIm = 0;                 // z^-n
  for (int n = 0; n < 4; ++n) {
    const double nextRe = powerRe * re2 - powerIm * im2;
    powerIm = powerRe * im2 + powerIm * re2;
    powerRe = nextRe;
    mean.value = mean.value - moment[n] * powerRe;
    // d z^-n/d aspect = -n ij z^-(n + 1), of which the real part is n j Im z^-(n + 1).
    const double byAspect = 2.0 * (n + 1) * j * (powerRe * im + powerIm * re);
    mean.byAspect = mean.byAspect - (momentByAspect[n] * powerRe + moment[n] * byAspect);
  }
  return mean;
}

// At node (i, j) of a grid of `nodes` along x. A potential's constant is free: it is zero where the logarithm is that of the
// grid's width, so that potentials stay small beside their differences, which counts where they are stored as floats.
UNKICK_HD CellMean green2d(int i, int j, double aspect, int nodes) {
  const double y = j * aspect, reach = kFarDistance2d * (aspect > 1.0 ? aspect : 1.0);
  CellMean mean = static_cast<double>(i) * i + y * y < reach * reach ? nearCellMean(i, j, aspect) : farCellMean(i, j, aspect);
  mean.value = mean.value - ::log(static_cast<double>(nodes));
  return mean;
}

}  // namespace unkick
