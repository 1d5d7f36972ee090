#include "moments.h"

#include "block_sums.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

template <class Storage>
__global__ void __launch_bounds__(kBlock) measureKernel(Particles<Storage> p, Partials partials) {
  MomentAccumulator moments;
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    moments.add(p.load(i), liveCharge(p.charge[i]));
  }
  writeMoments(partials, moments.finish());
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) boundKernel(Particles<Storage> p, Partials partials) {
  double bound[3] = {0, 0, 0};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    boundCotangent(p.loadBar(i), bound);
  }
  writeBounds(partials, bound);
}

constexpr int kFirstSums = 1 + kCoordinates;
constexpr int kPairs = kCoordinates * (kCoordinates + 1) / 2;

template <class Storage>
__global__ void __launch_bounds__(kBlock) firstMomentsKernel(Particles<Storage> p, Partials partials) {
  double sums[kFirstSums] = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const double q = liveCharge(p.charge[i]);
    sums[0] = sums[0] + q;
    for (int c = 0; c < kCoordinates; ++c) sums[1 + c] = sums[1 + c] + q * p.at(c, i);
  }
  writeSums(partials, sums);
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) secondMomentsKernel(Particles<Storage> p, Partials partials, const double* mean) {
  double sums[kPairs] = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const double q = liveCharge(p.charge[i]);
    Phase<double> u = p.load(i);
    for (int c = 0; c < kCoordinates; ++c) u[c] = u[c] - mean[c];
    UNKICK_UNROLL
    for (int a = 0; a < kCoordinates; ++a) {
      UNKICK_UNROLL
      for (int b = 0; b <= a; ++b) sums[a * (a + 1) / 2 + b] = sums[a * (a + 1) / 2 + b] + q * u[a] * u[b];
    }
  }
  writeSums(partials, sums);
}

__global__ void divideKernel(double* values, int count, const double* by) {
  const std::int64_t i = threadNumber();
  if (i < count) values[i] = values[i] / *by;
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) applyKernel(Particles<Storage> p, const MomentCotangent* cotangent) {
  const std::int64_t i = threadNumber();
  if (i >= p.count) return;
  Phase<double> zBar = p.loadBar(i);
  addMomentCotangent(*cotangent, p, i, p.load(i), zBar);
  p.storeBar(zBar, i);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) addKernel(Real* to, const double* from, std::int64_t count) {
  const std::int64_t i = threadNumber();
  if (i < count) to[i] = static_cast<Real>(to[i] + from[i]);
}

Combination sumsInto(double* out, int count) {
  Combination what;
  what.sums = count;
  what.sumsOut = out;
  return what;
}

}  // namespace

template <class Storage>
void measurePositions(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, PositionMoments* moments) {
  launch(stream, "measure positions", blocks(partials.chunks, kMomentsShared), measureKernel<Storage>, particles, partials);
  Combination what;
  what.moments = moments;
  combine(stream, partials, what);
}

template <class Storage>
void boundCotangents(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, double* bound) {
  launch(stream, "bound cotangents", blocks(partials.chunks, kBoundsShared), boundKernel<Storage>, particles, partials);
  Combination what;
  what.bounds = bound;
  combine(stream, partials, what);
}

template <class Storage>
void observeMoments(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, double* out) {
  double* mean = out + 1;
  double* covariance = mean + kCoordinates;
  launch(stream, "first moments", blocks(partials.chunks, sumsShared(kFirstSums)), firstMomentsKernel<Storage>, particles, partials);
  combine(stream, partials, sumsInto(out, kFirstSums));
  launch(stream, "divide by charge", over(kCoordinates), divideKernel, mean, kCoordinates, out);
  launch(stream, "second moments", blocks(partials.chunks, sumsShared(kPairs)), secondMomentsKernel<Storage>, particles, partials, mean);
  combine(stream, partials, sumsInto(covariance, kPairs));
  launch(stream, "divide by charge", over(kPairs), divideKernel, covariance, kPairs, out);
}

template <class Storage>
void applyCotangent(cudaStream_t stream, const Particles<Storage>& particles, const MomentCotangent* cotangent) {
  launch(stream, "apply cotangent", over(particles.count), applyKernel<Storage>, particles, cotangent);
}

template <class Real>
void addArray(cudaStream_t stream, Real* to, const double* from, std::int64_t count) {
  launch(stream, "add", over(count), addKernel<Real>, to, from, count);
}

template void measurePositions(cudaStream_t, const Particles<F64>&, const Partials&, PositionMoments*);
template void boundCotangents(cudaStream_t, const Particles<F64>&, const Partials&, double*);
template void observeMoments(cudaStream_t, const Particles<F64>&, const Partials&, double*);
template void applyCotangent(cudaStream_t, const Particles<F64>&, const MomentCotangent*);
template void addArray(cudaStream_t, F64::Real*, const double*, std::int64_t);
template void measurePositions(cudaStream_t, const Particles<F32>&, const Partials&, PositionMoments*);
template void boundCotangents(cudaStream_t, const Particles<F32>&, const Partials&, double*);
template void observeMoments(cudaStream_t, const Particles<F32>&, const Partials&, double*);
template void applyCotangent(cudaStream_t, const Particles<F32>&, const MomentCotangent*);
template void addArray(cudaStream_t, F32::Real*, const double*, std::int64_t);

}  // namespace unkick::cuda
