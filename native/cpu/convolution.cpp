#include "convolution.h"

#include <algorithm>
#include <cstring>

#include "pack.h"
#include "parallel.h"

namespace unkick {

namespace {

constexpr int kColumns = FftPlans::kColumns;
constexpr int kLine = 4;  // complex numbers in a cache line

// Two real rows a, b are transformed as one complex row a + ib: FFTW's complex transforms are two to four times as fast as
// its real ones. With A the transform of a, that of a + ib is A + iB, and A(-k) = conj A(k).

// Rows 2p and 2p + 1 of one k become row p, padded with zeros.
UNKICK_CLONES
void interleaveRows(const double* first, const double* second, int nodes, int length, Complex* row) {
  for (int i = 0; i < nodes; ++i) row[i] = {first[i], second[i]};
  for (int i = nodes; i < length; ++i) row[i] = {0, 0};
}

// The transforms A, B of rows 2p, 2p + 1 go to columns j = 2p, 2p + 1 of every kx plane.
template <class Real>
UNKICK_CLONES void untangleRows(const FftPlans& plans, const Complex* rows, int k, ComplexOf<Real>* spectrum) {
  const int ny = plans.nodes[1], mx = plans.half[0], length = plans.length[0], pitch = plans.rowPitchX();
  const std::int64_t plane = std::int64_t(plans.nodes[2]) * ny;
  const auto rounded = [](double re, double im) { return ComplexOf<Real>{static_cast<Real>(re), static_cast<Real>(im)}; };
  ComplexOf<Real>* to = spectrum + std::int64_t(k) * ny;
  for (int i0 = 0; i0 < mx; i0 += kLine) {
    for (int j = 0; j < ny; j += 2) {
      const Complex* row = rows + std::int64_t(j / 2) * pitch;
      for (int i = i0; i < std::min(mx, i0 + kLine); ++i) {
        const Complex z = row[i], mirror = row[i == 0 ? 0 : length - i];
        to[i * plane + j] = rounded(0.5 * (z.re + mirror.re), 0.5 * (z.im - mirror.im));
        if (j + 1 < ny) to[i * plane + j + 1] = rounded(0.5 * (z.im + mirror.im), 0.5 * (mirror.re - z.re));
      }
    }
  }
}

template <class Real>
UNKICK_CLONES void tangleRows(const FftPlans& plans, const ComplexOf<Real>* spectrum, int k, Complex* rows) {
  const int ny = plans.nodes[1], mx = plans.half[0], length = plans.length[0], pitch = plans.rowPitchX();
  const std::int64_t plane = std::int64_t(plans.nodes[2]) * ny;
  const auto widened = [](const ComplexOf<Real>& a) { return Complex{a.re, a.im}; };
  const ComplexOf<Real>* from = spectrum + std::int64_t(k) * ny;
  for (int i0 = 0; i0 < mx; i0 += kLine) {
    for (int j = 0; j < ny; j += 2) {
      Complex* row = rows + std::int64_t(j / 2) * pitch;
      for (int i = i0; i < std::min(mx, i0 + kLine); ++i) {
        const Complex a = widened(from[i * plane + j]), b = j + 1 < ny ? widened(from[i * plane + j + 1]) : Complex{0, 0};
        if (i == 0 || 2 * i == length) {  // real, but for rounding
          row[i] = {a.re, b.re};
        } else {
          row[i] = {a.re - b.im, a.im + b.re};
          row[length - i] = {a.re + b.im, b.re - a.im};
        }
      }
    }
  }
}

// Rows of one k, transformed along x, turned so that each kx has its ny numbers together.
template <class Real>
void forwardRows(const FftPlans& plans, const RowSource& source, int k, ComplexOf<Real>* spectrum, Complex* rows) {
  const int nx = plans.nodes[0], ny = plans.nodes[1];
  double* pair = reinterpret_cast<double*>(rows + std::int64_t((ny + 1) / 2) * plans.rowPitchX());
  for (int j = 0; j < ny; j += 2) {
    source(j, k, pair);
    if (j + 1 < ny) source(j + 1, k, pair + nx);
    else std::fill(pair + nx, pair + 2 * nx, 0.0);
    interleaveRows(pair, pair + nx, nx, plans.length[0], rows + std::int64_t(j / 2) * plans.rowPitchX());
  }
  plans.forwardX(rows);
  untangleRows(plans, rows, k, spectrum);
}

template <class Real>
void backwardRows(const FftPlans& plans, const RowSink& sink, int k, const ComplexOf<Real>* spectrum, Complex* rows) {
  const int nx = plans.nodes[0], ny = plans.nodes[1];
  double* pair = reinterpret_cast<double*>(rows + std::int64_t((ny + 1) / 2) * plans.rowPitchX());
  tangleRows(plans, spectrum, k, rows);
  plans.backwardX(rows);
  for (int j = 0; j < ny; j += 2) {
    const Complex* row = rows + std::int64_t(j / 2) * plans.rowPitchX();
    for (int i = 0; i < nx; ++i) {
      pair[i] = row[i].re;
      pair[nx + i] = row[i].im;
    }
    sink(j, k, pair);
    if (j + 1 < ny) sink(j + 1, k, pair + nx);
  }
}

// Widens or rounds.
template <class To, class From>
void copyNumbers(const ComplexOf<From>* from, int count, ComplexOf<To>* to) {
  for (int i = 0; i < count; ++i) to[i] = {static_cast<To>(from[i].re), static_cast<To>(from[i].im)};
}

constexpr int kAhead = 4;  // rows that are asked for before they are needed: the processor itself asks too late

template <class Real>
void prefetchRow(const ComplexOf<Real>* row, int count) {
  constexpr int kInLine = 64 / sizeof(ComplexOf<Real>);
  for (int i = 0; i < count; i += kInLine) __builtin_prefetch(row + i, 1);
}

// Pads and transforms a plane's rows along y: spectrum plane [nz][ny] -> rows [nz][length y].
template <class Real>
void forwardPlane(const FftPlans& plans, const ComplexOf<Real>* plane, Complex* rows) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], length = plans.length[1];
  for (int k = 0; k < nz; ++k) {
    prefetchRow(plane + std::int64_t(k + kAhead) * ny, ny);
    copyNumbers(plane + std::int64_t(k) * ny, ny, rows + std::int64_t(k) * length);
    std::memset(rows + std::int64_t(k) * length + ny, 0, sizeof(Complex) * (length - ny));
  }
  plans.forwardY(rows);
}

template <class Real>
void backwardPlane(const FftPlans& plans, Complex* rows, ComplexOf<Real>* plane) {
  const int ny = plans.nodes[1], nz = plans.nodes[2];
  plans.backwardY(rows);
  for (int k = 0; k < nz; ++k) {
    copyNumbers(rows + std::int64_t(k) * plans.length[1], ny, plane + std::int64_t(k) * ny);
  }
}

// Columns ky .. ky + count of rows [nz][length y], padded along z and transformed: [kColumns] rows of length z.
void forwardColumns(const FftPlans& plans, const Complex* rows, int ky, int count, Complex* columns) {
  const int nz = plans.nodes[2], pitch = plans.columnPitch();
  for (int k = 0; k < nz; ++k) {
    const Complex* from = rows + std::int64_t(k) * plans.length[1] + ky;
    for (int c = 0; c < count; ++c) columns[c * pitch + k] = from[c];
  }
  for (int c = 0; c < count; ++c) std::memset(columns + c * pitch + nz, 0, sizeof(Complex) * (plans.length[2] - nz));
  plans.forwardZ(columns);
}

void backwardColumns(const FftPlans& plans, Complex* columns, int ky, int count, Complex* rows) {
  const int nz = plans.nodes[2], pitch = plans.columnPitch();
  plans.backwardZ(columns);
  for (int k = 0; k < nz; ++k) {
    Complex* to = rows + std::int64_t(k) * plans.length[1] + ky;
    for (int c = 0; c < count; ++c) to[c] = columns[c * pitch + k];
  }
}

int folded(int k, int length) { return std::min(k, length - k); }

// Multiplies a column by the real, even transform of G.
template <class Real>
UNKICK_CLONES void multiplyColumn(const Real* green, int length, Complex* column) {
  for (int k = 0; k <= length / 2; ++k) {
    column[k].re *= green[k];
    column[k].im *= green[k];
  }
  for (int k = length / 2 + 1; k < length; ++k) {
    column[k].re *= green[length - k];
    column[k].im *= green[length - k];
  }
}

template <class Real>
UNKICK_CLONES void correlateColumn(const Complex* a, const Complex* b, int length, double weight, Real* product) {
  const auto added = [&](int to, int k) { return static_cast<Real>(product[to] + weight * (a[k].re * b[k].re + a[k].im * b[k].im)); };
  for (int k = 0; k <= length / 2; ++k) product[k] = added(k, k);
  for (int k = length / 2 + 1; k < length; ++k) product[length - k] = added(length - k, k);
}

struct Buffers {
  Complex *rows, *columns, *otherRows, *otherColumns;
};
template <class Real>
Buffers buffersOf(const FftPlans& plans, const ConvolutionWork<Real>& work, int thread) {
  Complex* base = work.scratch + thread * work.scratchStride;
  const std::int64_t rows = std::int64_t(plans.nodes[2]) * plans.length[1];
  const std::int64_t columns = std::int64_t(kColumns) * plans.columnPitch();
  return {base, base + rows, base + rows + columns, base + 2 * rows + columns};
}

}  // namespace

template <class Real>
void convolve(const FftPlans& plans, const Real* green, const ConvolutionWork<Real>& work, const RowSource& source,
              const RowSink& sink) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], my = plans.half[1], mz = plans.half[2];
  const auto rows = [&](int thread) { return work.scratch + thread * work.scratchStride; };
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    forwardRows(plans, source, static_cast<int>(k), work.spectrum, rows(thread));
  });
  parallelFor(work.threads, plans.half[0], [&](std::int64_t i, int thread) {
    const Buffers buffer = buffersOf(plans, work, thread);
    ComplexOf<Real>* plane = work.spectrum + i * nz * ny;
    forwardPlane(plans, plane, buffer.rows);
    for (int ky = 0; ky < plans.length[1]; ky += kColumns) {
      const int count = std::min(kColumns, plans.length[1] - ky);
      forwardColumns(plans, buffer.rows, ky, count, buffer.columns);
      for (int c = 0; c < count; ++c) {
        const Real* row = green + (i * my + folded(ky + c, plans.length[1])) * mz;
        multiplyColumn(row, plans.length[2], buffer.columns + c * plans.columnPitch());
      }
      backwardColumns(plans, buffer.columns, ky, count, buffer.rows);
    }
    backwardPlane(plans, buffer.rows, plane);
  });
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    backwardRows(plans, sink, static_cast<int>(k), work.spectrum, rows(thread));
  });
}

template <class Real>
void convolveAndCorrelate(const FftPlans& plans, const Real* green, const ConvolutionWork<Real>& work, const Correlation<Real>& correlation,
                          const RowSource& source, const RowSource& other, const RowSink& sink, const RowSink* otherSink) {
  const int ny = plans.nodes[1], nz = plans.nodes[2], my = plans.half[1], mz = plans.half[2];
  const auto rows = [&](int thread) { return work.scratch + thread * work.scratchStride; };
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    forwardRows(plans, source, static_cast<int>(k), work.spectrum, rows(thread));
    forwardRows(plans, other, static_cast<int>(k), correlation.otherSpectrum, rows(thread));
  });
  parallelFor(work.threads, plans.half[0], [&](std::int64_t i, int thread) {
    const Buffers buffer = buffersOf(plans, work, thread);
    ComplexOf<Real>*plane = work.spectrum + i * nz * ny, *otherPlane = correlation.otherSpectrum + i * nz * ny;
    Real* productPlane = correlation.product + i * my * mz;
    std::memset(productPlane, 0, sizeof(Real) * my * mz);
    // The real transform keeps half of the spectrum; its other half is conjugate.
    const double weight = correlation.factor * (i == 0 || 2 * i == plans.length[0] ? 1.0 : 2.0);
    forwardPlane(plans, plane, buffer.rows);
    forwardPlane(plans, otherPlane, buffer.otherRows);
    for (int ky = 0; ky < plans.length[1]; ky += kColumns) {
      const int count = std::min(kColumns, plans.length[1] - ky);
      forwardColumns(plans, buffer.rows, ky, count, buffer.columns);
      forwardColumns(plans, buffer.otherRows, ky, count, buffer.otherColumns);
      for (int c = 0; c < count; ++c) {
        const std::int64_t at = std::int64_t(folded(ky + c, plans.length[1])) * mz;
        Complex *column = buffer.columns + c * plans.columnPitch(), *otherColumn = buffer.otherColumns + c * plans.columnPitch();
        correlateColumn(column, otherColumn, plans.length[2], weight, productPlane + at);
        multiplyColumn(green + i * my * mz + at, plans.length[2], column);
        if (otherSink) multiplyColumn(green + i * my * mz + at, plans.length[2], otherColumn);
      }
      backwardColumns(plans, buffer.columns, ky, count, buffer.rows);
      if (otherSink) backwardColumns(plans, buffer.otherColumns, ky, count, buffer.otherRows);
    }
    backwardPlane(plans, buffer.rows, plane);
    if (otherSink) backwardPlane(plans, buffer.otherRows, otherPlane);
  });
  parallelFor(work.threads, nz, [&](std::int64_t k, int thread) {
    backwardRows(plans, sink, static_cast<int>(k), work.spectrum, rows(thread));
    if (otherSink) backwardRows(plans, *otherSink, static_cast<int>(k), correlation.otherSpectrum, rows(thread));
  });
}

template void convolve(const FftPlans&, const double*, const ConvolutionWork<double>&, const RowSource&, const RowSink&);
template void convolveAndCorrelate(const FftPlans&, const double*, const ConvolutionWork<double>&, const Correlation<double>&, const RowSource&,
                                   const RowSource&, const RowSink&, const RowSink*);
template void convolve(const FftPlans&, const float*, const ConvolutionWork<float>&, const RowSource&, const RowSink&);
template void convolveAndCorrelate(const FftPlans&, const float*, const ConvolutionWork<float>&, const Correlation<float>&, const RowSource&,
                                   const RowSource&, const RowSink&, const RowSink*);

}  // namespace unkick
