// Free-space convolution on the doubled domain without ever holding it: rows along x are transformed and
// stored plane by plane of kx, each plane is padded, transformed, multiplied and cut back in a buffer that
// fits a core's cache. The working set is two reals per node instead of sixteen. Real is how spectra and
// Green function are stored; transforms are in double precision.
#pragma once

#include <functional>

#include "fft_plans.h"

namespace unkick {

// Writes node row (., j, k) into row [nx].
using RowSource = std::function<void(int j, int k, double* row)>;
// Takes node row (., j, k).
using RowSink = std::function<void(int j, int k, const double* row)>;

template <class Real>
struct ConvolutionWork {
  ComplexOf<Real>* spectrum;  // [half x][nz][ny]
  Complex* scratch;           // per thread
  std::int64_t scratchStride;
  int threads;
};

// sink(G * source), unnormalised: divide by the product of the three lengths.
// green: transformed Green function, octant.
template <class Real>
void convolve(const FftPlans& plans, const Real* green, const ConvolutionWork<Real>& work, const RowSource& source,
              const RowSink& sink);

// What a correlation leaves, and works in.
template <class Real>
struct Correlation {
  ComplexOf<Real>* otherSpectrum;  // like ConvolutionWork::spectrum
  Real* product;                   // [octant]
  double factor;
};

// The same for `source`, and beside it `factor` times Re(conj(spectrum of source) * spectrum of other), folded onto the octant
// `product` and summed over the whole spectrum; with otherSink, which may be null, also otherSink(G * other), the same bits
// as from `convolve`. `product`, otherSpectrum and what the sinks write may lie where the sources read from: that is over
// before anything is written.
template <class Real>
void convolveAndCorrelate(const FftPlans& plans, const Real* green, const ConvolutionWork<Real>& work, const Correlation<Real>& correlation,
                          const RowSource& source, const RowSource& other, const RowSink& sink, const RowSink* otherSink);

}  // namespace unkick
