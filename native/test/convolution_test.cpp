// Convolution and correlation on the CUDA back end by themselves, against direct sums over all pairs of nodes.
#if defined(UNKICK_TEST_CUDA)

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "backends.h"
#include "cuda/convolution.h"
#include "cuda/cosine_transform.h"
#include "cuda/device_memory.h"
#include "maps.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

using Nodes = std::array<int, 3>;

std::string nameOf(const Nodes& n) { return std::to_string(n[0]) + "x" + std::to_string(n[1]) + "x" + std::to_string(n[2]); }

constexpr double kChargeScale = 1024;
constexpr std::int64_t kParticles = 1000;

// A grid's arrays on the device: a Green function, the charge and the potential's cotangent with their spectra.
template <class Real>
class DeviceGrid {
 public:
  explicit DeviceGrid(const Nodes& n)
      : sizes_(gridSizes(n.data())),
        green_(sizes_.octant * sizeof(Real)),
        charge_(sizes_.nodes * sizeof(Real)),
        potentialBar_(sizes_.octant * sizeof(Real)),
        potential_(sizes_.nodes * sizeof(Real)),
        spectra_(2 * sizes_.spectrum * sizeof(cuda::ComplexOf<Real>)),
        buffers_(std::max(cudaBufferBytes(n.data(), precisionOf<Real>), cudaWorkBytes(n.data(), precisionOf<Real>))),
        scalars_(sizeof(cuda::SweepScalars)),
        plans_(n.data(), buffers_.base(), stream_),
        pass_{&plans_, {{n[0], n[1], n[2]}}, at(green_), kChargeScale, kParticles, static_cast<cuda::SweepScalars*>(scalars_.base())} {}

  void setScalars(const cuda::SweepScalars& scalars) { cuda::upload(stream_, static_cast<cuda::SweepScalars*>(scalars_.base()), &scalars, 1); }
  // nodes: [octant], elsewhere nothing is read.
  std::vector<Real> setGreen(const std::vector<Real>& nodes) {
    cuda::upload(stream_, at(green_), nodes.data(), nodes.size());
    cuda::cosineTransform(stream_, plans_, at(green_));
    return read(green_, sizes_.octant);
  }
  std::vector<Real> convolved(const std::vector<Real>& charge) {
    put(charge_, charge);
    cuda::convolveCharge(stream_, pass_, {at(charge_), spectrum(0), at(potential_)});
    return read(potential_, sizes_.nodes);
  }
  // Leaves the product where potentialBar was.
  std::vector<Real> correlated(const std::vector<Real>& potentialBar, const std::vector<Real>& charge, bool convolve) {
    put(charge_, charge);
    put(potentialBar_, potentialBar);
    cuda::convolveAndCorrelate(stream_, pass_, {at(potentialBar_), spectrum(0), at(charge_)},
                               {at(charge_), spectrum(1), convolve ? at(potential_) : nullptr}, at(potentialBar_));
    return read(charge_, sizes_.nodes);
  }
  std::vector<Real> potential() { return read(potential_, sizes_.nodes); }
  std::vector<Real> product() { return read(potentialBar_, sizes_.octant); }

 private:
  static Real* at(const cuda::DeviceMemory& memory) { return static_cast<Real*>(memory.base()); }
  cuda::ComplexOf<Real>* spectrum(int field) { return static_cast<cuda::ComplexOf<Real>*>(spectra_.base()) + field * sizes_.spectrum; }
  void put(const cuda::DeviceMemory& memory, const std::vector<Real>& data) { cuda::upload(stream_, at(memory), data.data(), data.size()); }
  std::vector<Real> read(const cuda::DeviceMemory& memory, std::int64_t count) {
    std::vector<Real> data(count);
    cuda::download(stream_, data.data(), at(memory), count);
    stream_.wait();
    return data;
  }

  GridSizes sizes_;
  cuda::DeviceMemory green_, charge_, potentialBar_, potential_, spectra_, buffers_, scalars_;
  cuda::Stream stream_;
  cuda::FftPlans<Real> plans_;
  cuda::ConvolutionPass<Real> pass_;
};

// G at the distances between nodes, and a charge and a cotangent in whole numbers, as they are scattered.
template <class Real>
struct Sample {
  Nodes n;
  int half[3];
  std::vector<Real> green, other, charge, potentialBar;

  Sample(const Nodes& nodes, std::uint64_t seed) : n(nodes) {
    Random random(seed);
    const GridSizes s = gridSizes(n.data());
    for (int d = 0; d < 3; ++d) half[d] = convolutionLength(n[d]) / 2 + 1;
    for (std::vector<Real>* values : {&green, &other}) {
      values->assign(s.octant, NAN);  // what is no node is not read
      overNodes([&](int i, int j, int k) { (*values)[octantAt(i, j, k)] = static_cast<Real>(random.gaussian()); });
    }
    for (std::vector<Real>* values : {&charge, &potentialBar}) {
      for (std::int64_t i = 0; i < s.nodes; ++i) values->push_back(static_cast<Real>(std::round(1000 * random.gaussian())));
    }
  }
  template <class F>
  void overNodes(F&& f) const {
    for (int k = 0; k < n[2]; ++k) {
      for (int j = 0; j < n[1]; ++j) {
        for (int i = 0; i < n[0]; ++i) f(i, j, k);
      }
    }
  }
  std::int64_t octantAt(int i, int j, int k) const { return (std::int64_t(i) * half[1] + j) * half[2] + k; }
  std::vector<double> convolved(const std::vector<Real>& kernel, const std::vector<Real>& source) const {
    std::vector<double> sums;
    overNodes([&](int i, int j, int k) {
      double sum = 0;
      std::int64_t from = 0;
      overNodes([&](int a, int b, int c) { sum += kernel[octantAt(std::abs(i - a), std::abs(j - b), std::abs(k - c))] * double(source[from++]); });
      sums.push_back(sum);
    });
    return sums;
  }
};

double largest(const std::vector<double>& values) {
  double most = 0;
  for (double value : values) most = std::fmax(most, std::fabs(value));
  return most;
}

template <class Real>
double worstOf(const std::vector<Real>& got, const std::vector<double>& want, double unit) {
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i) worst = std::fmax(worst, std::fabs(got[i] / unit - want[i]));
  return worst / largest(want);
}

cuda::SweepScalars scalarsOf(const Nodes& n) {
  cuda::SweepScalars s = {};
  KickSpec kick{0.1, {3e-3, 2e-3, 4e-3}, {n[0], n[1], n[2]}, false, false, true, electronReference()};
  s.geometry = placedGrid(kick, PositionMoments{}, 1e-9);
  for (double& bound : s.bound) bound = 0.25;
  return s;
}

template <class Real>
void againstSums(const Nodes& n, double tolerance) {
  const Sample<Real> sample(n, 11);
  const cuda::SweepScalars scalars = scalarsOf(n);
  const double perCharge = potentialPerCharge(scalars.geometry, 1), perBar = perCharge / slopeBarScale(scalars, kParticles);
  DeviceGrid<Real> grid(n);
  grid.setScalars(scalars);
  const std::vector<Real> otherSpectrum = grid.setGreen(sample.other);
  grid.setGreen(sample.green);

  const std::vector<Real> alone = grid.convolved(sample.charge);
  const std::vector<Real> chargeBar = grid.correlated(sample.potentialBar, sample.charge, true);
  const std::vector<Real> together = grid.potential(), product = grid.product();
  const std::vector<Real> withoutPotential = grid.correlated(sample.potentialBar, sample.charge, false);
  expect(together == alone, "a charge is convolved with the same bits alone and beside the correlation");
  expect(withoutPotential == chargeBar && grid.product() == product, "and nothing else depends on whether it is");
  expectWithin(worstOf(alone, sample.convolved(sample.green, sample.charge), perCharge / kChargeScale), tolerance, "potential");
  expectWithin(worstOf(chargeBar, sample.convolved(sample.green, sample.potentialBar), perBar), tolerance, "charge's cotangent");

  // The product is the derivative of potentialBar . (G * charge) by the transform of G.
  double got = 0, want = 0, size = 0;
  for (std::size_t i = 0; i < product.size(); ++i) got += double(product[i]) * otherSpectrum[i];
  const std::vector<double> potential = sample.convolved(sample.other, sample.charge);
  for (std::size_t i = 0; i < potential.size(); ++i) {
    want += sample.potentialBar[i] * potential[i];
    size += std::fabs(sample.potentialBar[i] * potential[i]);
  }
  const double unit = perBar / kChargeScale / correlationLength(scalars.geometry);
  expectWithin(std::fabs(got / unit - want) / size, tolerance, "correlation");
}

}  // namespace

void convolutionTests(const std::string& backend, Precision precision) {
  const bool wide = precision == Precision::F64;
  const std::string name = backend + " " + precisionName(precision) + ": convolution ";
  // Of a row of 300 nodes, a block's shared memory holds one or two at once.
  for (const Nodes& n : {Nodes{4, 5, 6}, Nodes{9, 6, 11}, Nodes{8, 3, 33}, Nodes{13, 35, 3}, Nodes{3, 300, 4}, Nodes{4, 3, 300}, Nodes{16, 12, 1}}) {
    test(name + "on " + nameOf(n), [&] { wide ? againstSums<double>(n, 2e-14) : againstSums<float>(n, 1e-6); });  // 4.2e-15, 2.4e-7
  }
#if defined(UNKICK_EMULATION)
  if (!wide) return;
  const auto refused = [](const Nodes& n) {
    expectThrow<BackendFailure>([&] { DeviceGrid<double>{n}; }, "bytes of a block's shared memory, of which this GPU has 166912");
  };
  test(name + "of rows that no block has room for", [&] {
    refused({2000, 4, 4});
    refused({4, 1400, 4});
    refused({4, 4, 1400});
  });
#endif
}

}  // namespace unkick::testing

#endif
