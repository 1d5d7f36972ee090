#include "convolution.h"

#include "launch.h"

namespace unkick::cuda {

namespace {

enum class Source { Charge, PotentialBar };

// What one fixed-point unit of a grid stands for in the transform. The convolution's normalisation is in it.
__device__ __forceinline__ double unitOf(Source source, const SweepScalars& s, double transforms, double chargeScale,
                                         std::int64_t particles) {
  const double scale = source == Source::Charge ? chargeScale : slopeBarScale(s, particles);
  return potentialPerCharge(s.geometry, transforms) / scale;
}

// Nodes -> real rows along x of `pitch` reals, padded with zeros. One thread per real.
template <class Real>
__global__ void __launch_bounds__(kBlock) fillRowsKernel(Source source, GridShape shape, const Real* grid, Real* rows, int pitch,
                                                        double transforms, double chargeScale, std::int64_t particles,
                                                        const SweepScalars* scalars) {
  const std::int64_t at = threadNumber();
  const std::int64_t row = at / pitch;
  const int i = static_cast<int>(at % pitch);
  if (row >= std::int64_t(shape.n[1]) * shape.n[2]) return;
  const double unit = unitOf(source, *scalars, transforms, chargeScale, particles);
  rows[at] = static_cast<Real>(i < shape.n[0] ? unit * grid[row * shape.n[0] + i] : 0.0);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) takeRowsKernel(GridShape shape, const Real* rows, int pitch, Real* grid) {
  const std::int64_t node = threadNumber();
  if (node < shape.nodes()) grid[node] = rows[node / shape.n[0] * pitch + node % shape.n[0]];
}

// Planes firstPlane .. firstPlane + planes of kx, as [length z][planes][length y].
struct PlaneGroup {
  int nodesY, nodesZ;
  int lengthY, lengthZ;
  int halfX, halfY, halfZ;
  int firstPlane, planes;
};

// A block turns a tile of 8 planes by 32 y, so that both sides are read and written in whole lines.
constexpr int kTilePlanes = 8, kTileY = 32, kTilePitch = kTileY + 1;
constexpr int kTileShared = 2 * kTilePlanes * kTilePitch;  // doubles
static_assert(kTilePlanes * kTileY == kBlock, "one element per thread");

struct Tile {
  int y, plane, k;  // of its corner
};
__device__ __forceinline__ Tile tileAt(const PlaneGroup& g, std::int64_t block) {
  const int acrossY = (g.lengthY + kTileY - 1) / kTileY, acrossPlanes = (g.planes + kTilePlanes - 1) / kTilePlanes;
  const int rest = static_cast<int>(block / acrossY);
  return {static_cast<int>(block % acrossY) * kTileY, rest % acrossPlanes * kTilePlanes, rest / acrossPlanes};
}
std::int64_t tiles(const PlaneGroup& g, int layers) {
  const std::int64_t acrossY = (g.lengthY + kTileY - 1) / kTileY, acrossPlanes = (g.planes + kTilePlanes - 1) / kTilePlanes;
  return acrossY * acrossPlanes * layers;
}

__device__ __forceinline__ std::int64_t spectrumIndex(const PlaneGroup& g, int k, int y, int plane) {
  return (static_cast<std::int64_t>(k) * g.nodesY + y) * g.halfX + g.firstPlane + plane;
}
__device__ __forceinline__ std::int64_t planeIndex(const PlaneGroup& g, int k, int y, int plane) {
  return (static_cast<std::int64_t>(k) * g.planes + plane) * g.lengthY + y;
}

// Spectrum -> planes, padded with zeros in y and z and beyond the last plane.
template <class Real>
__global__ void __launch_bounds__(kBlock) gatherPlanesKernel(PlaneGroup g, const ComplexOf<Real>* spectrum, ComplexOf<Real>* planes) {
  ComplexOf<Real>* tile = reinterpret_cast<ComplexOf<Real>*>(sharedMemory());
  const Tile at = tileAt(g, blockIdx.x);
  const int acrossPlane = threadIdx.x % kTilePlanes, acrossY = threadIdx.x / kTilePlanes;
  const int y = at.y + acrossY, plane = at.plane + acrossPlane;
  const bool there = at.k < g.nodesZ && y < g.nodesY && plane < g.planes && g.firstPlane + plane < g.halfX;
  tile[acrossPlane * kTilePitch + acrossY] = there ? spectrum[spectrumIndex(g, at.k, y, plane)] : ComplexOf<Real>{0, 0};
  __syncthreads();
  const int alongY = threadIdx.x % kTileY, alongPlane = threadIdx.x / kTileY;
  if (at.y + alongY < g.lengthY && at.plane + alongPlane < g.planes) {
    planes[planeIndex(g, at.k, at.y + alongY, at.plane + alongPlane)] = tile[alongPlane * kTilePitch + alongY];
  }
}

template <class Real>
__global__ void __launch_bounds__(kBlock) scatterPlanesKernel(PlaneGroup g, const ComplexOf<Real>* planes, ComplexOf<Real>* spectrum) {
  ComplexOf<Real>* tile = reinterpret_cast<ComplexOf<Real>*>(sharedMemory());
  const Tile at = tileAt(g, blockIdx.x);
  const int alongY = threadIdx.x % kTileY, alongPlane = threadIdx.x / kTileY;
  if (at.y + alongY < g.nodesY && at.plane + alongPlane < g.planes) {
    tile[alongPlane * kTilePitch + alongY] = planes[planeIndex(g, at.k, at.y + alongY, at.plane + alongPlane)];
  }
  __syncthreads();
  const int acrossPlane = threadIdx.x % kTilePlanes, acrossY = threadIdx.x / kTilePlanes;
  const int y = at.y + acrossY, plane = at.plane + acrossPlane;
  if (y < g.nodesY && plane < g.planes && g.firstPlane + plane < g.halfX) {
    spectrum[spectrumIndex(g, at.k, y, plane)] = tile[acrossPlane * kTilePitch + acrossY];
  }
}

// What a correlation leaves beside the convolution.
template <class Real>
struct Correlation {
  ComplexOf<Real>* planes;  // of the charge
  bool convolved;           // the charge's potential is wanted, too
  Real* product;            // octant
};

// The correlation of spectra in units of potential, as the cotangent of the Green function with hx = 1.
__device__ __forceinline__ double correlationUnit(const SweepScalars& s, double transforms) {
  return 1.0 / (potentialPerCharge(s.geometry, transforms) * correlationLength(s.geometry));
}

// One thread per element of the group's part of the octant, which stands for up to four of the planes'
// elements: multiplies them by the real, even transform of G and, where `correlated`, correlates them first.
template <bool correlated, class Real>
__global__ void __launch_bounds__(kBlock) multiplyKernel(PlaneGroup g, const Real* green, ComplexOf<Real>* a, Correlation<Real> with,
                                                        double transforms, const SweepScalars* scalars) {
  const double unit = correlated ? correlationUnit(*scalars, transforms) : 0.0;
  const std::int64_t at = threadNumber();
  const std::int64_t rest = at / g.halfY;
  const int y = static_cast<int>(at % g.halfY), plane = static_cast<int>(rest % g.planes), z = static_cast<int>(rest / g.planes);
  const int x = g.firstPlane + plane;
  if (z >= g.halfZ || x >= g.halfX) return;
  const std::int64_t octant = (static_cast<std::int64_t>(x) * g.halfY + y) * g.halfZ + z;
  const double factor = green[octant];
  const auto scaled = [factor](const ComplexOf<Real>& value) {
    return ComplexOf<Real>{static_cast<Real>(value.re * factor), static_cast<Real>(value.im * factor)};
  };
  // Frequencies 0 and length/2 are their own mirror images.
  const int imagesY = y == 0 || 2 * y == g.lengthY ? 1 : 2, imagesZ = z == 0 || 2 * z == g.lengthZ ? 1 : 2;
  double sum = 0;
  for (int mirrorZ = 0; mirrorZ < imagesZ; ++mirrorZ) {
    for (int mirrorY = 0; mirrorY < imagesY; ++mirrorY) {
      const std::int64_t i = planeIndex(g, mirrorZ ? g.lengthZ - z : z, mirrorY ? g.lengthY - y : y, plane);
      const ComplexOf<Real> value = a[i];
      if (correlated) {
        const ComplexOf<Real> other = with.planes[i];
        sum = sum + (double(value.re) * other.re + double(value.im) * other.im);
        if (with.convolved) with.planes[i] = scaled(other);
      }
      a[i] = scaled(value);
    }
  }
  // The real transform keeps half of the spectrum; its other half is conjugate.
  const double both = x == 0 || x + 1 == g.halfX ? sum : 2 * sum;
  if (correlated) with.product[octant] = static_cast<Real>(unit * both);
}

template <class Real>
PlaneGroup groupAt(const FftPlans<Real>& plans, int firstPlane) {
  return {plans.nodes[1], plans.nodes[2], plans.length[1], plans.length[2], plans.half[0], plans.half[1], plans.half[2],
          firstPlane,     plans.planes};
}

template <class Real>
void fillRows(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const Field<Real>& field) {
  const FftPlans<Real>& plans = *pass.plans;
  const int pitch = 2 * plans.half[0];
  launch(stream, "fill rows", over(std::int64_t(pitch) * pass.shape.n[1] * pass.shape.n[2]), fillRowsKernel<Real>, source, pass.shape,
         field.from, reinterpret_cast<Real*>(field.spectrum), pitch, plans.transforms(), pass.chargeScale, pass.particles, pass.scalars);
}

template <class Real>
void takeRows(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& field) {
  launch(stream, "take rows", over(pass.shape.nodes()), takeRowsKernel<Real>, pass.shape, reinterpret_cast<const Real*>(field.spectrum),
         2 * pass.plans->half[0], field.to);
}

template <class Real>
void planesForward(cudaStream_t stream, const FftPlans<Real>& plans, const PlaneGroup& group, const ComplexOf<Real>* spectrum, ComplexOf<Real>* planes) {
  launch(stream, "gather planes", blocks(tiles(group, plans.length[2]), kTileShared), gatherPlanesKernel<Real>, group, spectrum, planes);
  plans.alongY.forward(planes);
  plans.alongZ.forward(planes);
}

template <class Real>
void planesBackward(cudaStream_t stream, const FftPlans<Real>& plans, const PlaneGroup& group, ComplexOf<Real>* planes, ComplexOf<Real>* spectrum) {
  plans.alongZ.inverse(planes);
  plans.alongY.inverse(planes);
  launch(stream, "scatter planes", blocks(tiles(group, plans.nodes[2]), kTileShared), scatterPlanesKernel<Real>, group, planes, spectrum);
}

Shape overQuarter(const PlaneGroup& g) { return over(std::int64_t(g.halfZ) * g.planes * g.halfY); }

template <class Real>
void convolve(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const Field<Real>& field) {
  const FftPlans<Real>& plans = *pass.plans;
  ComplexOf<Real>* planes = plans.buffer(0);
  fillRows(stream, pass, source, field);
  plans.forwardX.realToComplex(field.spectrum);
  for (int plane = 0; plane < plans.half[0]; plane += plans.planes) {
    const PlaneGroup group = groupAt(plans, plane);
    planesForward(stream, plans, group, field.spectrum, planes);
    launch(stream, "multiply", overQuarter(group), multiplyKernel<false, Real>, group, pass.green, planes, Correlation<Real>{},
           plans.transforms(), pass.scalars);
    planesBackward(stream, plans, group, planes, field.spectrum);
  }
  plans.backwardX.complexToReal(field.spectrum);
  takeRows(stream, pass, field);
}

}  // namespace

template <class Real>
void convolveCharge(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& charge) {
  convolve(stream, pass, Source::Charge, charge);
}

template <class Real>
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar) {
  convolve(stream, pass, Source::PotentialBar, potentialBar);
}

template <class Real>
void convolveAndCorrelate(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar, const Field<Real>& charge,
                          Real* product) {
  const FftPlans<Real>& plans = *pass.plans;
  ComplexOf<Real>* planes = plans.buffer(0);
  const Correlation<Real> with = {plans.buffer(1), charge.to != nullptr, product};
  // Transforms along x work in the charge's place: it is read before the first of them, and written after the last.
  fillRows(stream, pass, Source::PotentialBar, potentialBar);
  fillRows(stream, pass, Source::Charge, charge);
  plans.forwardX.realToComplex(potentialBar.spectrum);
  plans.forwardX.realToComplex(charge.spectrum);
  for (int plane = 0; plane < plans.half[0]; plane += plans.planes) {
    const PlaneGroup group = groupAt(plans, plane);
    planesForward(stream, plans, group, potentialBar.spectrum, planes);
    planesForward(stream, plans, group, charge.spectrum, with.planes);
    launch(stream, "multiply and correlate", overQuarter(group), multiplyKernel<true, Real>, group, pass.green, planes, with,
           plans.transforms(), pass.scalars);
    planesBackward(stream, plans, group, planes, potentialBar.spectrum);
    if (charge.to) planesBackward(stream, plans, group, with.planes, charge.spectrum);
  }
  plans.backwardX.complexToReal(potentialBar.spectrum);
  if (charge.to) plans.backwardX.complexToReal(charge.spectrum);
  takeRows(stream, pass, potentialBar);
  if (charge.to) takeRows(stream, pass, charge);
}

template void convolveCharge(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&);
template void convolveAndCorrelate(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&, const Field<double>&, double*);
template void convolveCharge(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&);
template void convolveAndCorrelate(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&, const Field<float>&, float*);

}  // namespace unkick::cuda
