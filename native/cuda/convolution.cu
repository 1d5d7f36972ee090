#include "convolution.h"

#include "launch.h"

namespace unkick::cuda {

namespace {

enum class Source { Charge, PotentialBar, CorrelatedCharge };

// What one fixed-point unit of a grid stands for in the transform. The convolution's normalisation is in it.
__device__ __forceinline__ double unitOf(Source source, const SweepScalars& s, double transforms, double chargeScale,
                                         std::int64_t particles) {
  if (source == Source::Charge) return potentialPerCharge(s.geometry, transforms) / chargeScale;
  if (source == Source::PotentialBar) return potentialPerCharge(s.geometry, transforms) / potentialBarScale(s, particles);
  return 1.0 / (chargeScale * correlationLength(s.geometry));
}

// Fixed-point grid -> real rows along x of `pitch` reals, padded with zeros. One thread per real.
template <class Real>
__global__ void __launch_bounds__(kBlock) fillRowsKernel(Source source, GridShape shape, const std::int64_t* grid, Real* rows, int pitch,
                                                        double transforms, double chargeScale, std::int64_t particles,
                                                        const SweepScalars* scalars) {
  const std::int64_t at = threadNumber();
  const std::int64_t row = at / pitch;
  const int i = static_cast<int>(at % pitch), j = static_cast<int>(row % shape.n[1]), k = static_cast<int>(row / shape.n[1]);
  if (k >= shape.n[2]) return;
  double value = 0;
  if (i < shape.n[0]) {
    const std::int64_t whole = grid[source == Source::PotentialBar ? shape.ghostAt(i, j, k) : shape.at(i, j, k)];
    value = unitOf(source, *scalars, transforms, chargeScale, particles) * static_cast<double>(whole);
  }
  rows[at] = static_cast<Real>(value);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) takeRowsKernel(GridShape shape, const Real* rows, int pitch, Real* potential) {
  const std::int64_t node = threadNumber();
  const std::int64_t row = node / shape.n[0];
  const int i = static_cast<int>(node % shape.n[0]), j = static_cast<int>(row % shape.n[1]), k = static_cast<int>(row / shape.n[1]);
  if (k < shape.n[2]) potential[shape.ghostAt(i, j, k)] = rows[row * pitch + i];
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

// One thread per element of the group's part of the octant, which stands for up to four of the planes'
// elements: multiplies them by the real, even transform of G and, where product, correlates them first.
template <class Real>
__global__ void __launch_bounds__(kBlock) multiplyKernel(PlaneGroup g, const Real* green, ComplexOf<Real>* a, const ComplexOf<Real>* b,
                                                        Real* product) {
  const std::int64_t at = threadNumber();
  const std::int64_t rest = at / g.halfY;
  const int y = static_cast<int>(at % g.halfY), plane = static_cast<int>(rest % g.planes), z = static_cast<int>(rest / g.planes);
  const int x = g.firstPlane + plane;
  if (z >= g.halfZ || x >= g.halfX) return;
  const std::int64_t octant = (static_cast<std::int64_t>(x) * g.halfY + y) * g.halfZ + z;
  const double factor = green[octant];
  // Frequencies 0 and length/2 are their own mirror images.
  const int imagesY = y == 0 || 2 * y == g.lengthY ? 1 : 2, imagesZ = z == 0 || 2 * z == g.lengthZ ? 1 : 2;
  double sum = 0;
  for (int mirrorZ = 0; mirrorZ < imagesZ; ++mirrorZ) {
    for (int mirrorY = 0; mirrorY < imagesY; ++mirrorY) {
      const std::int64_t i = planeIndex(g, mirrorZ ? g.lengthZ - z : z, mirrorY ? g.lengthY - y : y, plane);
      const double re = a[i].re, im = a[i].im;
      if (product) sum = sum + (re * b[i].re + im * b[i].im);
      a[i] = {static_cast<Real>(re * factor), static_cast<Real>(im * factor)};
    }
  }
  // The real transform keeps half of the spectrum; its other half is conjugate.
  if (product) product[octant] = static_cast<Real>(x == 0 || x + 1 == g.halfX ? sum : 2 * sum);
}

template <class Real>
PlaneGroup groupAt(const FftPlans<Real>& plans, int firstPlane) {
  return {plans.nodes[1], plans.nodes[2], plans.length[1], plans.length[2], plans.half[0], plans.half[1], plans.half[2],
          firstPlane,     plans.planes};
}

template <class Real>
void rowsForward(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const std::int64_t* grid, ComplexOf<Real>* spectrum) {
  const FftPlans<Real>& plans = *pass.plans;
  const int pitch = 2 * plans.half[0];
  launch(stream, "fill rows", over(std::int64_t(pitch) * pass.shape.n[1] * pass.shape.n[2]), fillRowsKernel<Real>, source, pass.shape, grid,
         reinterpret_cast<Real*>(spectrum), pitch, plans.transforms(), pass.chargeScale, pass.particles, pass.scalars);
  plans.forwardX.realToComplex(spectrum);
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

template <class Real>
void convolve(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const std::int64_t* grid, const Correlation<Real>& other) {
  const FftPlans<Real>& plans = *pass.plans;
  ComplexOf<Real>* otherPlanes = other.product ? pass.planes + plans.planeElements : nullptr;
  rowsForward(stream, pass, source, grid, pass.spectrum);
  if (other.product) rowsForward(stream, pass, Source::CorrelatedCharge, other.charge, other.spectrum);
  for (int plane = 0; plane < plans.half[0]; plane += plans.planes) {
    const PlaneGroup group = groupAt(plans, plane);
    planesForward(stream, plans, group, pass.spectrum, pass.planes);
    if (other.product) planesForward(stream, plans, group, other.spectrum, otherPlanes);
    launch(stream, "multiply", over(std::int64_t(plans.half[2]) * plans.planes * plans.half[1]), multiplyKernel<Real>, group, pass.green,
           pass.planes, otherPlanes, other.product);
    planesBackward(stream, plans, group, pass.planes, pass.spectrum);
  }
  plans.backwardX.complexToReal(pass.spectrum);
  launch(stream, "take rows", over(pass.shape.nodes()), takeRowsKernel<Real>, pass.shape, reinterpret_cast<const Real*>(pass.spectrum),
         2 * plans.half[0], pass.potential);
}

}  // namespace

template <class Real>
void convolveCharge(cudaStream_t stream, const ConvolutionPass<Real>& pass, const std::int64_t* charge) {
  convolve(stream, pass, Source::Charge, charge, {});
}

template <class Real>
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass<Real>& pass, const std::int64_t* potentialBar,
                          const Correlation<Real>& correlation) {
  convolve(stream, pass, Source::PotentialBar, potentialBar, correlation);
}

template void convolveCharge(cudaStream_t, const ConvolutionPass<double>&, const std::int64_t*);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<double>&, const std::int64_t*, const Correlation<double>&);
template void convolveCharge(cudaStream_t, const ConvolutionPass<float>&, const std::int64_t*);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<float>&, const std::int64_t*, const Correlation<float>&);

}  // namespace unkick::cuda
