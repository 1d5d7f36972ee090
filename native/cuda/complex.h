// Complex numbers as cuFFT has them.
#pragma once

namespace unkick::cuda {

template <class Real>
struct alignas(2 * sizeof(Real)) ComplexOf {  // aligned, so that a thread moves it at once
  Real re, im;
};

}  // namespace unkick::cuda
