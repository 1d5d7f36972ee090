// Transforms of rows that fit the shared memory of a block, by Stockham's method: mixed radix, in order, between two buffers.
// Rows lie side by side, `rows` elements of one index next to one another, so that threads find their data in whole lines.
// For device code; every thread of the block takes part, and there are a multiple of `rows` of them.
#pragma once

#include "../physics/transcendental.h"
#include "cufft_table.h"
#include "launch.h"

namespace unkick::cuda {

struct RowFft {
  int length;             // no prime factor above 7
  int rows;               // transformed at once
  std::uint64_t radices;  // of the stages, three bits each, the first one lowest: an array would be copied to local memory
};

// Buffers of rows that kernels transform between.
constexpr int kCosineBuffers = 2;
constexpr int kMostRowBuffers = 3;

// Shared memory of a block for so many buffers of rows, and the roots of unity.
template <class Real>
std::size_t sharedBytes(const RowFft& fft, int buffers) {
  return (std::size_t(buffers) * fft.rows + 1) * sizeof(ComplexOf<Real>) * fft.length;
}

// For `most` rows at once, or a half, a quarter ... of them if so many do not fit; one at least, which the device may refuse.
template <class Real>
RowFft rowFft(int length, int most, int buffers) {
  constexpr std::size_t kShared = 64 * 1024;  // of a block, from compute capability 7.5 on
  RowFft fft = {length, most, 0};
  int rest = length;
  for (int radix : {7, 5, 3, 4, 2}) {
    for (; rest % radix == 0; rest /= radix) fft.radices = fft.radices << 3 | static_cast<std::uint64_t>(radix);
  }
  while (fft.rows > 1 && sharedBytes<Real>(fft, buffers) > kShared) fft.rows /= 2;
  return fft;
}

#if defined(UNKICK_DEVICE_CODE)

// exp(-2 pi i k/n) for 0 <= k < n, to a rounding: quarters are taken off as whole numbers, and of what is left the smaller angle.
template <class Real>
__device__ __forceinline__ ComplexOf<Real> rootOfUnity(int k, int n) {
  const int quarter = 4 * k / n, rest = 4 * k - quarter * n;
  const bool beyond = 2 * rest > n;
  double sine, cosine;
  sineAndCosine((kPi / 2) * (beyond ? n - rest : rest) / n, sine, cosine);
  const double c = beyond ? sine : cosine, s = beyond ? cosine : sine;
  const double re = quarter % 2 == 0 ? c : s, im = quarter % 2 == 0 ? s : c;
  return {static_cast<Real>(quarter == 0 || quarter == 3 ? re : -re), static_cast<Real>(quarter < 2 ? -im : im)};
}

template <class Real>
__device__ __forceinline__ ComplexOf<Real> times(const ComplexOf<Real>& a, const ComplexOf<Real>& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
template <class Real>
__device__ __forceinline__ ComplexOf<Real> sum(const ComplexOf<Real>& a, const ComplexOf<Real>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class Real>
__device__ __forceinline__ ComplexOf<Real> difference(const ComplexOf<Real>& a, const ComplexOf<Real>& b) {
  return {a.re - b.re, a.im - b.im};
}

// The transform of `radix` numbers, element q to out[q * pitch]. roots: of unity, of order radix, `rootPitch` apart.
template <int radix, class Real>
__device__ __forceinline__ void shortTransform(const ComplexOf<Real> (&a)[radix], const ComplexOf<Real>* roots, int rootPitch,
                                               ComplexOf<Real>* out, int pitch) {
  if constexpr (radix == 2) {
    out[0] = sum(a[0], a[1]);
    out[pitch] = difference(a[0], a[1]);
  } else if constexpr (radix == 4) {
    const ComplexOf<Real> even = sum(a[0], a[2]), odd = sum(a[1], a[3]), apart = difference(a[0], a[2]), turned = difference(a[1], a[3]);
    out[0] = sum(even, odd);
    out[pitch] = {apart.re + turned.im, apart.im - turned.re};
    out[2 * pitch] = difference(even, odd);
    out[3 * pitch] = {apart.re - turned.im, apart.im + turned.re};
  } else {
    UNKICK_UNROLL
    for (int q = 0; q < radix; ++q) {
      ComplexOf<Real> total = a[0];
      UNKICK_UNROLL
      for (int p = 1; p <= radix / 2; ++p) {  // two conjugate roots at once
        const ComplexOf<Real> w = roots[p * q % radix * rootPitch], s = sum(a[p], a[radix - p]), d = difference(a[p], a[radix - p]);
        total = {total.re + (w.re * s.re - w.im * d.im), total.im + (w.re * s.im + w.im * d.re)};
      }
      out[q * pitch] = total;
    }
  }
}

// Before the stage element k * (length / done) + s of a row is number k in the transform of its elements s, s + length/done, ..., of
// which there are `done`; after it there are `radix` times as many.
template <int radix, class Real>
__device__ __forceinline__ void stage(const RowFft& fft, int done, const ComplexOf<Real>* from, const ComplexOf<Real>* roots, ComplexOf<Real>* to) {
  const int pitch = fft.length / radix, left = pitch / done;
  const int row = threadIdx.x % fft.rows, step = blockDim.x / fft.rows;
  for (int place = threadIdx.x / fft.rows; place < pitch; place += step) {  // k * left + s
    const int s = place % left, turn = place - s;
    ComplexOf<Real> a[radix];
    UNKICK_UNROLL
    for (int p = 0; p < radix; ++p) {
      a[p] = from[(turn * radix + s + left * p) * fft.rows + row];
      if (p > 0) a[p] = times(a[p], roots[turn * p]);
    }
    shortTransform(a, roots, pitch, to + place * fft.rows + row, pitch * fft.rows);
  }
}

template <class Real>
__device__ __forceinline__ void fillRoots(const RowFft& fft, ComplexOf<Real>* roots) {
  for (int k = threadIdx.x; k < fft.length; k += blockDim.x) roots[k] = rootOfUnity<Real>(k, fft.length);
}

// from: [length][rows], and roots, both as the block's threads have just written them. Returns where the transform is, in `from`
// or `to`, for all of them to read.
template <class Real>
__device__ __forceinline__ ComplexOf<Real>* transformRows(const RowFft& fft, ComplexOf<Real>* from, ComplexOf<Real>* to, const ComplexOf<Real>* roots) {
  __syncthreads();
  int done = 1;
  for (std::uint64_t rest = fft.radices; rest > 0; rest >>= 3) {
    const int radix = static_cast<int>(rest & 7);
    if (radix == 4) stage<4>(fft, done, from, roots, to);
    else if (radix == 2) stage<2>(fft, done, from, roots, to);
    else if (radix == 3) stage<3>(fft, done, from, roots, to);
    else if (radix == 5) stage<5>(fft, done, from, roots, to);
    else stage<7>(fft, done, from, roots, to);
    __syncthreads();
    done *= radix;
    ComplexOf<Real>* const before = from;
    from = to;
    to = before;
  }
  return from;
}

// The other direction, unnormalised, is this one of swapped real and imaginary parts, swapped again.
template <class Real>
__device__ __forceinline__ ComplexOf<Real> swapped(const ComplexOf<Real>& a) { return {a.im, a.re}; }

#endif

}  // namespace unkick::cuda
