#include "convolution.h"

#include <algorithm>
#include <cstring>

#include "pack.h"
#include "parallel.h"

namespace unkick {

namespace {

constexpr int kColumns = FftPlans::kColumns;

// Rows of one k, transformed along x, turned so that each kx has its ny numbers together.
void forwardRows(const FftPlans& plans, const RowSource& source, int k, Complex* spectrum, double* rows) {
  const int nx = plans.nodes[0], ny = plans.nodes[1], nz = plans.nodes[2], mx = plans.half[0];
  for (int j = 0; j < ny; ++j) {
    double* row = rows + std::int64_t(j) * 2 * mx;
    source(j, k, row);
    std::memset(row + nx, 0, sizeof(double) * (2 * mx - nx));
  }
  plans.forwardX(rows);
  const Complex* from = reinterpret_cast<const Complex*>(rows);
  for (int i = 0; i < mx; ++i) {
    Complex* to = spectrum + (std::int64_t(i) * nz + k) * ny;
    for (int j = 0; j < ny; ++j) to[j] = from[std::int64_t(j) * mx + i];
  }
}

void backwardRows(const FftPlans& plans, const RowSink& sink, int k, const Complex* spectrum, double* rows) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], mx = plans.half[0];
  Complex* to = reinterpret_cast<Complex*>(rows);
  for (int i = 0; i < mx; ++i) {
    const Complex* from = spectrum + (std::int64_t(i) * nz + k) * ny;
    for (int j = 0; j < ny; ++j) to[std::int64_t(j) * mx + i] = from[j];
  }
  plans.backwardX(rows);
  for (int j = 0; j < ny; ++j) sink(j, k, rows + std::int64_t(j) * 2 * mx);
}

// Pads and transforms a plane's rows along y: spectrum plane [nz][ny] -> rows [nz][length y].
void forwardPlane(const FftPlans& plans, const Complex* plane, Complex* rows) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], length = plans.length[1];
  for (int k = 0; k < nz; ++k) {
    std::memcpy(rows + std::int64_t(k) * length, plane + std::int64_t(k) * ny, sizeof(Complex) * ny);
    std::memset(rows + std::int64_t(k) * length + ny, 0, sizeof(Complex) * (length - ny));
  }
  plans.forwardY(rows);
}

void backwardPlane(const FftPlans& plans, Complex* rows, Complex* plane) {
  const int ny = plans.nodes[1], nz = plans.nodes[2];
  plans.backwardY(rows);
  for (int k = 0; k < nz; ++k) {
    std::memcpy(plane + std::int64_t(k) * ny, rows + std::int64_t(k) * plans.length[1], sizeof(Complex) * ny);
  }
}

// Columns ky .. ky + count of rows [nz][length y], padded along z and transformed: [kColumns][length z].
void forwardColumns(const FftPlans& plans, const Complex* rows, int ky, int count, Complex* columns) {
  const int nz = plans.nodes[2], length = plans.length[2];
  for (int k = 0; k < nz; ++k) {
    const Complex* from = rows + std::int64_t(k) * plans.length[1] + ky;
    for (int c = 0; c < count; ++c) columns[std::int64_t(c) * length + k] = from[c];
  }
  for (int c = 0; c < count; ++c) std::memset(columns + std::int64_t(c) * length + nz, 0, sizeof(Complex) * (length - nz));
  plans.forwardZ(columns);
}

void backwardColumns(const FftPlans& plans, Complex* columns, int ky, int count, Complex* rows) {
  const int nz = plans.nodes[2], length = plans.length[2];
  plans.backwardZ(columns);
  for (int k = 0; k < nz; ++k) {
    Complex* to = rows + std::int64_t(k) * plans.length[1] + ky;
    for (int c = 0; c < count; ++c) to[c] = columns[std::int64_t(c) * length + k];
  }
}

int folded(int k, int length) { return std::min(k, length - k); }

// Multiplies a column by the real, even transform of G.
UNKICK_CLONES
void multiplyColumn(const double* green, int length, Complex* column) {
  for (int k = 0; k <= length / 2; ++k) {
    column[k].re *= green[k];
    column[k].im *= green[k];
  }
  for (int k = length / 2 + 1; k < length; ++k) {
    column[k].re *= green[length - k];
    column[k].im *= green[length - k];
  }
}

UNKICK_CLONES
void correlateColumn(const Complex* a, const Complex* b, int length, double weight, double* product) {
  for (int k = 0; k <= length / 2; ++k) product[k] += weight * (a[k].re * b[k].re + a[k].im * b[k].im);
  for (int k = length / 2 + 1; k < length; ++k) product[length - k] += weight * (a[k].re * b[k].re + a[k].im * b[k].im);
}

struct Buffers {
  Complex *rows, *columns, *otherRows, *otherColumns;
};
Buffers buffersOf(const FftPlans& plans, const ConvolutionWork& work, int thread) {
  Complex* base = work.scratch + thread * work.scratchStride;
  const std::int64_t rows = std::int64_t(plans.nodes[2]) * plans.length[1];
  const std::int64_t columns = std::int64_t(kColumns) * plans.length[2];
  return {base, base + rows, base + rows + columns, base + 2 * rows + columns};
}

}  // namespace

void convolve(const FftPlans& plans, const double* green, const ConvolutionWork& work, const RowSource& source,
              const RowSink& sink) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], my = plans.half[1], mz = plans.half[2];
  const auto realRows = [&](int thread) { return reinterpret_cast<double*>(work.scratch + thread * work.scratchStride); };
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    forwardRows(plans, source, static_cast<int>(k), work.spectrum, realRows(thread));
  });
  parallelFor(work.threads, plans.half[0], [&](std::int64_t i, int thread) {
    const Buffers buffer = buffersOf(plans, work, thread);
    Complex* plane = work.spectrum + i * nz * ny;
    forwardPlane(plans, plane, buffer.rows);
    for (int ky = 0; ky < plans.length[1]; ky += kColumns) {
      const int count = std::min(kColumns, plans.length[1] - ky);
      forwardColumns(plans, buffer.rows, ky, count, buffer.columns);
      for (int c = 0; c < count; ++c) {
        const double* row = green + (i * my + folded(ky + c, plans.length[1])) * mz;
        multiplyColumn(row, plans.length[2], buffer.columns + std::int64_t(c) * plans.length[2]);
      }
      backwardColumns(plans, buffer.columns, ky, count, buffer.rows);
    }
    backwardPlane(plans, buffer.rows, plane);
  });
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    backwardRows(plans, sink, static_cast<int>(k), work.spectrum, realRows(thread));
  });
}

void convolveAndCorrelate(const FftPlans& plans, const double* green, const ConvolutionWork& work, Complex* otherSpectrum,
                          double* product, const RowSource& source, const RowSource& other, const RowSink& sink) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], my = plans.half[1], mz = plans.half[2];
  const auto realRows = [&](int thread) { return reinterpret_cast<double*>(work.scratch + thread * work.scratchStride); };
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    forwardRows(plans, source, static_cast<int>(k), work.spectrum, realRows(thread));
    forwardRows(plans, other, static_cast<int>(k), otherSpectrum, realRows(thread));
  });
  parallelFor(work.threads, plans.half[0], [&](std::int64_t i, int thread) {
    const Buffers buffer = buffersOf(plans, work, thread);
    Complex* plane = work.spectrum + i * nz * ny;
    double* productPlane = product + i * my * mz;
    std::memset(productPlane, 0, sizeof(double) * my * mz);
    // The real transform keeps half of the spectrum; its other half is conjugate.
    const double weight = i == 0 || 2 * i == plans.length[0] ? 1.0 : 2.0;
    forwardPlane(plans, plane, buffer.rows);
    forwardPlane(plans, otherSpectrum + i * nz * ny, buffer.otherRows);
    for (int ky = 0; ky < plans.length[1]; ky += kColumns) {
      const int count = std::min(kColumns, plans.length[1] - ky);
      forwardColumns(plans, buffer.rows, ky, count, buffer.columns);
      forwardColumns(plans, buffer.otherRows, ky, count, buffer.otherColumns);
      for (int c = 0; c < count; ++c) {
        const std::int64_t at = std::int64_t(folded(ky + c, plans.length[1])) * mz;
        Complex* column = buffer.columns + std::int64_t(c) * plans.length[2];
        correlateColumn(column, buffer.otherColumns + std::int64_t(c) * plans.length[2], plans.length[2], weight, productPlane + at);
        multiplyColumn(green + i * my * mz + at, plans.length[2], column);
      }
      backwardColumns(plans, buffer.columns, ky, count, buffer.rows);
    }
    backwardPlane(plans, buffer.rows, plane);
  });
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    backwardRows(plans, sink, static_cast<int>(k), work.spectrum, realRows(thread));
  });
}

}  // namespace unkick
