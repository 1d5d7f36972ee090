// Green function and cosine transforms on the CUDA back end by themselves: against sums in long double, against finite
// differences, and against the CPU's.
#if defined(UNKICK_TEST_CUDA)

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "backends.h"
#include "cuda/cosine_transform.h"
#include "cuda/device_memory.h"
#include "cuda/green_function.h"
#include "cuda/launch.h"
#include "quadrature.h"
#include "random.h"
#include "testing.h"
#include "tests.h"
#if defined(UNKICK_TEST_CPU)
#include "cpu/green_function.h"
#endif

namespace unkick::testing {

namespace {

using Nodes = std::array<int, 3>;
using Aspect = std::array<double, 3>;

std::string nameOf(const Nodes& n) { return std::to_string(n[0]) + "x" + std::to_string(n[1]) + "x" + std::to_string(n[2]); }

// What an octant is worked on with, on the device.
template <class Real>
class DeviceOctant {
 public:
  explicit DeviceOctant(const Nodes& n)
      : sizes_(gridSizes(n.data())),
        octant_(sizes_.octant * sizeof(Real)),
        work_(sizes_.spectrum * sizeof(cuda::ComplexOf<Real>)),
        buffers_(std::max(cudaBufferBytes(n.data(), precisionOf<Real>), cudaWorkBytes(n.data(), precisionOf<Real>))),
        scalars_(sizeof(cuda::SweepScalars)),
        plans(n.data(), buffers_.base(), stream_) {}

  std::vector<Real> cosineTransform(std::vector<Real> data) {
    put(data);
    cuda::cosineTransform(stream_, plans, octant());
    return take(data);
  }
  std::vector<Real> cosineSums(std::vector<Real> data) {
    put(data);
    cuda::cosineSums(stream_, plans, octant());
    return take(data);
  }
  std::vector<Real> green(const Aspect& aspect) {
    std::vector<Real> data(sizes_.octant, NAN);  // nothing is there before
    put(data);
    setAspect(aspect);
    cuda::transformedGreen(stream_, plans, scalars(), octant());
    return take(data);
  }
  std::array<double, 3> gradient(const Aspect& aspect, const std::vector<Real>& sums) {
    put(sums);
    setAspect(aspect);
    cuda::greenGradient(stream_, plans, scalars(), octant(), work());
    cuda::SweepScalars back;
    cuda::download(stream_, &back, scalars(), 1);
    stream_.wait();
    return {back.greenBar[0], back.greenBar[1], back.greenBar[2]};
  }

 private:
  Real* octant() { return static_cast<Real*>(octant_.base()); }
  cuda::ComplexOf<Real>* work() { return static_cast<cuda::ComplexOf<Real>*>(work_.base()); }
  cuda::SweepScalars* scalars() { return static_cast<cuda::SweepScalars*>(scalars_.base()); }

  void put(const std::vector<Real>& data) { cuda::upload(stream_, octant(), data.data(), data.size()); }
  std::vector<Real>& take(std::vector<Real>& data) {
    cuda::download(stream_, data.data(), octant(), data.size());
    stream_.wait();
    return data;
  }
  void setAspect(const Aspect& aspect) {
    cuda::SweepScalars all = {};
    for (int d = 0; d < 3; ++d) all.geometry.aspect[d] = aspect[d];
    cuda::upload(stream_, scalars(), &all, 1);
    stream_.wait();
  }

  GridSizes sizes_;
  cuda::Stream stream_;
  cuda::DeviceMemory octant_, work_, buffers_, scalars_;

 public:
  const cuda::FftPlans<Real> plans;
};

// Sums along one axis of an octant, in long double: over the `from` first elements, each times its weight and its cosine, for
// the `to` first ones.
std::vector<Exact> cosinesAlong(const std::vector<Exact>& data, const int* half, int axis, int from, int to, bool mirrored) {
  if (half[axis] == 1) return data;
  const int length = 2 * (half[axis] - 1);
  std::vector<Exact> cosine(length), out(data.size(), 0);
  for (int k = 0; k < length; ++k) cosine[k] = std::cos(8 * std::atan(Exact(1)) * k / length);
  const std::int64_t pitch = axis == 2 ? 1 : axis == 1 ? half[2] : std::int64_t(half[1]) * half[2];
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(data.size()); ++at) {
    const int k = static_cast<int>(at / pitch % half[axis]);
    if (k >= to) continue;
    for (int i = 0; i < from; ++i) {
      const Exact weight = mirrored && i > 0 && i + 1 < half[axis] ? 2 : 1;
      out[at] += weight * cosine[std::int64_t(i) * k % length] * data[at + (i - k) * pitch];
    }
  }
  return out;
}

// Rows of every kind of length: all radices, powers, products, and rows of which shared memory holds few, or one.
const std::vector<Nodes> kLengths = {{3, 4, 5},   {7, 8, 11},  {13, 25, 37}, {49, 5, 4},  {4, 122, 3},  {3, 4, 128}, {300, 3, 4},
                                     {4, 3, 512}, {513, 4, 3}, {4, 1030, 3}, {3, 4, 1030}, {1030, 3, 3}, {12, 15, 1}, {520, 4, 1}};

template <class Real>
void cosines(double tolerance) {
  Random random(4);
  double worst = 0, worstSums = 0;
  for (const Nodes& n : kLengths) {
    DeviceOctant<Real> device(n);
    const int* half = device.plans.half;
    const std::int64_t elements = std::int64_t(half[0]) * half[1] * half[2];
    std::vector<Real> data(elements, NAN), sums(elements);
    std::vector<Exact> want(elements, 0), wantSums(elements);
    for (std::int64_t at = 0; at < elements; ++at) {
      const int i = static_cast<int>(at / (std::int64_t(half[1]) * half[2])), j = static_cast<int>(at / half[2] % half[1]), k = static_cast<int>(at % half[2]);
      if (i < n[0] && j < n[1] && k < n[2]) want[at] = data[at] = static_cast<Real>(random.uniform(-1, 1));
      wantSums[at] = sums[at] = static_cast<Real>(random.uniform(-1, 1));
    }
    for (int d = 0; d < 3; ++d) want = cosinesAlong(want, half, d, n[d], half[d], true);
    for (int d = 2; d >= 0; --d) wantSums = cosinesAlong(wantSums, half, d, half[d], n[d], false);
    data = device.cosineTransform(data);
    sums = device.cosineSums(sums);
    Exact scale = 0, scaleSums = 0, error = 0, errorSums = 0;
    for (std::int64_t at = 0; at < elements; ++at) {
      expect(std::isfinite(data[at]), "all of the octant is written, on " + nameOf(n));
      scale = std::fmax(scale, std::fabs(want[at]));
      error = std::fmax(error, std::fabs(data[at] - want[at]));
      const int i = static_cast<int>(at / (std::int64_t(half[1]) * half[2])), j = static_cast<int>(at / half[2] % half[1]), k = static_cast<int>(at % half[2]);
      if (i >= n[0] || j >= n[1] || k >= n[2]) continue;
      scaleSums = std::fmax(scaleSums, std::fabs(wantSums[at]));
      errorSums = std::fmax(errorSums, std::fabs(sums[at] - wantSums[at]));
    }
    worst = std::fmax(worst, static_cast<double>(error / scale));
    worstSums = std::fmax(worstSums, static_cast<double>(errorSums / scaleSums));
  }
  expectWithin(worst, tolerance, "transforms, of the largest");
  expectWithin(worstSums, tolerance, "sums, of the largest");
}

// Grids whose near box is a corner of them, most of them, or all; of the last one blocks do several parts, near and far.
const std::vector<Nodes> kGrids = {{3, 3, 3}, {4, 4, 4}, {5, 3, 7}, {12, 14, 18}, {37, 20, 25}, {9, 40, 33}, {32, 32, 32}, {136, 128, 8}};
// Cubes, a long beam in its frame, a very long one, flat ones.
const std::vector<Aspect> kAspects = {{1, 1, 1}, {1, 0.9, 49}, {1, 1.3, 1000}, {1, 40, 0.6}, {1, 1e-3, 0.8}, {1, 1.1, 1e-3}};

// What a back end's spectrum might be: of one sign, so that the sums over it do not cancel.
template <class Real>
std::vector<Real> someSpectrum(std::int64_t elements) {
  Random random(5);
  std::vector<Real> all(elements);
  for (Real& one : all) one = static_cast<Real>(random.uniform(0.5, 1));
  return all;
}

void gradients() {
  double worst = 0, homogeneity = 0;
  for (const Nodes& n : {Nodes{5, 3, 7}, Nodes{12, 14, 18}, Nodes{20, 20, 20}}) {
    for (const Aspect& aspect : kAspects) {
      DeviceOctant<double> device(n);
      const std::vector<double> sums = someSpectrum<double>(gridSizes(n.data()).octant);
      const auto weighted = [&](const Aspect& at) {
        const std::vector<double> green = device.green(at);
        Exact total = 0;
        for (std::size_t i = 0; i < green.size(); ++i) total += Exact(sums[i]) * green[i];
        return total;
      };
      const std::array<double, 3> gradient = device.gradient(aspect, sums);
      const Exact total = weighted(aspect);
      Exact degree = 0;
      for (int d = 0; d < 3; ++d) {
        Aspect up = aspect, down = aspect;
        up[d] *= 1 + 1e-5;
        down[d] *= 1 - 1e-5;
        const Exact difference = (weighted(up) - weighted(down)) / (Exact(up[d]) - down[d]);
        worst = std::fmax(worst, static_cast<double>(std::fabs((gradient[d] - difference) * aspect[d] / total)));
        degree += gradient[d] * aspect[d];
      }
      homogeneity = std::fmax(homogeneity, static_cast<double>(std::fabs(degree / total - 2)));
    }
  }
  expectWithin(worst, 1e-8, "by finite differences");
  expectWithin(homogeneity, 1e-11, "homogeneity");
}

#if defined(UNKICK_EMULATION)

// What a small grid's time goes into.
void launches() {
  const auto count = [](const char* kernel) { return static_cast<int>(emulation::launches(kernel)); };
  const int green = count("Green function"), gradient = count("Green gradient"), cosine = count("cosine transform"), combine = count("combine");
  DeviceOctant<double> device({12, 14, 18});
  device.green({1, 1, 49});
  expect(count("Green function") == green + 1 && count("cosine transform") == cosine + 3, "four launches of a Green function");
  device.gradient({1, 1, 49}, someSpectrum<double>(13 * 15 * 19));
  expect(count("Green gradient") == gradient + 1 && count("cosine transform") == cosine + 6 && count("combine") == combine + 1, "five of its gradient");
}

#endif

#if defined(UNKICK_TEST_CPU)

template <class Real>
void againstCpu(double tolerance, double gradientTolerance) {
  double worst = 0, worstGradient = 0;
  for (const Nodes& n : kGrids) {
    DeviceOctant<Real> device(n);
    const FftPlans plans(n.data());
    const std::int64_t elements = gridSizes(n.data()).octant, stride = cpuPlaneElements(n.data());
    std::vector<Complex> scratch(stride);
    std::vector<double> planeSums(3 * n[0]);
    for (const Aspect& aspect : kAspects) {
      std::vector<Real> want(elements), sums = someSpectrum<Real>(elements);
      transformedGreen(plans, aspect.data(), want.data(), scratch.data(), stride, 1);
      const std::vector<Real> got = device.green(aspect);
      double scale = 0, error = 0;
      for (std::int64_t at = 0; at < elements; ++at) {
        scale = std::fmax(scale, std::fabs(want[at]));
        error = std::fmax(error, std::fabs(double(got[at]) - want[at]));
        if (!std::isfinite(got[at])) error = INFINITY;
      }
      worst = std::fmax(worst, error / scale);
      const std::array<double, 3> gradient = device.gradient(aspect, sums);
      double wanted[3], gradientError = 0, gradientScale = 0;
      greenGradient(plans, aspect.data(), sums.data(), wanted, planeSums.data(), scratch.data(), stride, 1);
      for (int d = 0; d < 3; ++d) {
        gradientError = std::fmax(gradientError, std::fabs(gradient[d] - wanted[d]) * aspect[d]);
        gradientScale = std::fmax(gradientScale, std::fabs(wanted[d]) * aspect[d]);
      }
      worstGradient = std::fmax(worstGradient, gradientError / gradientScale);
    }
  }
  expectWithin(worst, tolerance, "octants, of the largest");
  expectWithin(worstGradient, gradientTolerance, "gradients");
}

#endif

}  // namespace

void greenTests(const std::string& backend, Precision precision) {
  const bool wide = precision == Precision::F64;
  const std::string name = backend + " " + precisionName(precision) + ": ";
  // Measured with the emulation, in f64: 3.1e-16, 4.8e-10 of the difference quotients and 7.2e-15, 2.9e-16 of the octants and 8.8e-14 of
  // gradients; in f32: 1.7e-7, 1.3e-7 and 8.6e-8. A GPU's square roots and quotients round alike.
  test(name + "cosine transforms against their sums", [&] { wide ? cosines<double>(1e-14) : cosines<float>(1e-6); });
#if defined(UNKICK_EMULATION)
  if (wide) test(name + "launches of a Green function", launches);
#endif
  if (wide) test(name + "the Green function's gradient against finite differences", gradients);
#if defined(UNKICK_TEST_CPU)
  test(name + "the Green function against the CPU's", [&] { wide ? againstCpu<double>(1e-13, 1e-12) : againstCpu<float>(1e-6, 1e-5); });
#endif
}

}  // namespace unkick::testing

#endif
