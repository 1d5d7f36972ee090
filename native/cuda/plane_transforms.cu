#include "plane_transforms.h"

#include <algorithm>

#include "launch.h"

namespace unkick::cuda {

namespace {

// Rows side by side that are 64 bytes across are read and written in whole sectors.
template <class Real>
constexpr int kMostRows = 64 / sizeof(ComplexOf<Real>);

// A thread for each short transform of a stage, as far as a block has them.
int threadsFor(const RowFft& fft) { return std::clamp(fft.length * fft.rows / 4 / kWarp * kWarp, 2 * kWarp, kBlock); }

template <class Real>
Shape shapeFor(const RowFft& fft, int buffers, std::int64_t count) {
  return {count, threadsFor(fft), static_cast<int>(sharedBytes<Real>(fft, buffers) / sizeof(double))};
}

// The planes that a block's rows belong to, and this thread's among them.
struct Place {
  int plane;    // in the group
  bool there;   // it is one
  int row;      // in shared memory
  int first, step;  // elements of the row that this thread moves
};
UNKICK_HD int tilesOf(const PlaneGroup& g, const RowFft& fft) { return (g.planes + fft.rows - 1) / fft.rows; }
__device__ __forceinline__ Place placeIn(const PlaneGroup& g, const RowFft& fft, int tile) {
  const int row = static_cast<int>(threadIdx.x) % fft.rows, plane = tile * fft.rows + row;
  return {plane, plane < g.planes && g.firstPlane + plane < g.halfX, row, static_cast<int>(threadIdx.x) / fft.rows,
          static_cast<int>(blockDim.x) / fft.rows};
}

__device__ __forceinline__ std::int64_t spectrumIndex(const PlaneGroup& g, int k, int y, int plane) {
  return (static_cast<std::int64_t>(k) * g.nodesY + y) * g.halfX + g.firstPlane + plane;
}
__device__ __forceinline__ std::int64_t bufferIndex(const PlaneGroup& g, int k, int y, int plane) {
  return (static_cast<std::int64_t>(k) * g.lengthY + y) * g.planes + plane;
}

// --- along y ----------------------------------------------------------------------------------------------

constexpr int kBuffersY = 2;

// A block: rows of one layer of nodes, of one of the fields.
template <bool back, class Real>
__global__ void __launch_bounds__(kBlock, 2) alongYKernel(PlaneGroup g, RowFft fft, PlaneFields<Real> fields) {
  ComplexOf<Real>* shared = reinterpret_cast<ComplexOf<Real>*>(sharedMemory());
  const int buffer = fft.length * fft.rows, tiles = tilesOf(g, fft), layers = static_cast<int>(blockIdx.x) / tiles;
  const int k = layers % g.nodesZ;
  const Place at = placeIn(g, fft, static_cast<int>(blockIdx.x) % tiles);
  const PlaneField<Real> field = layers < g.nodesZ ? fields.field[0] : fields.field[1];
  fillRoots(fft, shared + kBuffersY * buffer);
  for (int y = at.first; y < g.lengthY; y += at.step) {
    ComplexOf<Real> value = {0, 0};
    if (back && at.there) value = swapped(field.buffer[bufferIndex(g, k, y, at.plane)]);
    if (!back && at.there && y < g.nodesY) value = field.spectrum[spectrumIndex(g, k, y, at.plane)];
    shared[y * fft.rows + at.row] = value;
  }
  const ComplexOf<Real>* transformed = transformRows(fft, shared, shared + buffer, shared + kBuffersY * buffer);
  if (!at.there) return;
  for (int y = at.first; y < (back ? g.nodesY : g.lengthY); y += at.step) {
    const ComplexOf<Real> value = transformed[y * fft.rows + at.row];
    if (back) field.spectrum[spectrumIndex(g, k, y, at.plane)] = swapped(value);
    else field.buffer[bufferIndex(g, k, y, at.plane)] = value;
  }
}

template <bool back, class Real>
void transformY(cudaStream_t stream, const PlaneGroup& group, const PlaneFields<Real>& fields) {
  const RowFft fft = rowFft<Real>(group.lengthY, kMostRows<Real>, kBuffersY);
  const std::int64_t blocks = std::int64_t(tilesOf(group, fft)) * group.nodesZ * fields.count;
  launch(stream, back ? "planes back along y" : "planes along y", shapeFor<Real>(fft, kBuffersY, blocks), alongYKernel<back, Real>, group, fft, fields);
}

// --- along z ----------------------------------------------------------------------------------------------

// One buffer that takes turns with those of the fields.
template <bool correlated>
constexpr int kBuffersZ = correlated ? kMostRowBuffers : 2;

// Column (y, plane) of a field, padded with zeros, into shared memory. A thread stores, multiplies and loads the same elements:
// between these nobody has to wait.
template <class Real>
__device__ __forceinline__ void loadColumn(const PlaneGroup& g, const RowFft& fft, const Place& at, int y, const ComplexOf<Real>* buffer, ComplexOf<Real>* to) {
  for (int z = at.first; z < g.lengthZ; z += at.step) {
    to[z * fft.rows + at.row] = at.there && z < g.nodesZ ? buffer[bufferIndex(g, z, y, at.plane)] : ComplexOf<Real>{0, 0};
  }
}
// And back, of what was transformed swapped.
template <class Real>
__device__ __forceinline__ void storeColumn(const PlaneGroup& g, const RowFft& fft, const Place& at, int y, const ComplexOf<Real>* from, ComplexOf<Real>* buffer) {
  for (int z = at.first; at.there && z < g.nodesZ; z += at.step) {
    buffer[bufferIndex(g, z, y, at.plane)] = swapped(from[z * fft.rows + at.row]);
  }
}

// f(z, element): for this thread's elements of the octant along z, and their one or two images in the column.
template <class F>
__device__ __forceinline__ void overImages(const PlaneGroup& g, const RowFft& fft, const Place& at, int z, F&& f) {
  f(z * fft.rows + at.row);
  if (z != 0 && 2 * z != g.lengthZ) f((g.lengthZ - z) * fft.rows + at.row);  // 0 and length/2 are their own mirror images
}

// The column times the transform of G, swapped for the way back. green: [half z].
template <class Real>
__device__ __forceinline__ void multiplyColumn(const PlaneGroup& g, const RowFft& fft, const Place& at, const Real* green, ComplexOf<Real>* column) {
  for (int z = at.first; at.there && z < g.halfZ; z += at.step) {
    const double factor = green[z];
    overImages(g, fft, at, z, [&](int i) {
      const ComplexOf<Real> value = column[i];
      column[i] = {static_cast<Real>(value.im * factor), static_cast<Real>(value.re * factor)};
    });
  }
}

// product: [half z]; first: of the images along y.
template <class Real>
__device__ __forceinline__ void correlateColumns(const PlaneGroup& g, const RowFft& fft, const Place& at, double unit, const ComplexOf<Real>* a,
                                                 const ComplexOf<Real>* b, bool first, Real* product) {
  for (int z = at.first; at.there && z < g.halfZ; z += at.step) {
    double sum = 0;
    overImages(g, fft, at, z, [&](int i) { sum = sum + (double(a[i].re) * b[i].re + double(a[i].im) * b[i].im); });
    product[z] = static_cast<Real>(first ? unit * sum : product[z] + unit * sum);
  }
}

// The correlation of spectra in units of potential, as the cotangent of the Green function with hx = 1.
__device__ __forceinline__ double correlationUnit(const SweepScalars& s, double transforms) {
  return 1.0 / (potentialPerCharge(s.geometry, transforms) * correlationLength(s.geometry));
}

// A block: columns of one element of the octant along y, and of its mirror image after it.
template <bool correlated, class Real>
__global__ void __launch_bounds__(kBlock, 2) alongZKernel(PlaneGroup g, RowFft fft, const Real* green, ComplexOf<Real>* field, Correlation<Real> with) {
  ComplexOf<Real>* shared = reinterpret_cast<ComplexOf<Real>*>(sharedMemory());
  const int buffer = fft.length * fft.rows, tiles = tilesOf(g, fft), y = static_cast<int>(blockIdx.x) / tiles;
  ComplexOf<Real>* const roots = shared + kBuffersZ<correlated> * buffer;
  const Place at = placeIn(g, fft, static_cast<int>(blockIdx.x) % tiles);
  const int x = g.firstPlane + at.plane, images = y == 0 || 2 * y == g.lengthY ? 1 : 2;
  const std::int64_t octant = (static_cast<std::int64_t>(at.there ? x : 0) * g.halfY + y) * g.halfZ;
  double unit = 0;
  // The real transform keeps half of the spectrum; its other half is conjugate.
  if (correlated) unit = correlationUnit(*with.scalars, with.transforms) * (x == 0 || x + 1 == g.halfX ? 1 : 2);
  fillRoots(fft, roots);
  for (int image = 0; image < images; ++image) {
    const int column = image == 0 ? y : g.lengthY - y;
    loadColumn(g, fft, at, column, field, shared);
    ComplexOf<Real>* a = transformRows(fft, shared, shared + buffer, roots);
    ComplexOf<Real>* spare = a == shared ? shared + buffer : shared;
    if constexpr (correlated) {
      loadColumn(g, fft, at, column, with.charge, spare);
      ComplexOf<Real>* b = transformRows(fft, spare, shared + 2 * buffer, roots);
      correlateColumns(g, fft, at, unit, a, b, image == 0, with.product + octant);
      spare = b == spare ? shared + 2 * buffer : spare;
      if (with.convolved) {
        multiplyColumn(g, fft, at, green + octant, b);
        const ComplexOf<Real>* back = transformRows(fft, b, spare, roots);
        storeColumn(g, fft, at, column, back, with.charge);
      }
    }
    multiplyColumn(g, fft, at, green + octant, a);
    const ComplexOf<Real>* back = transformRows(fft, a, spare, roots);
    storeColumn(g, fft, at, column, back, field);
  }
}

template <bool correlated, class Real>
void transformZ(cudaStream_t stream, const char* name, const PlaneGroup& group, const Real* green, ComplexOf<Real>* field, const Correlation<Real>& with) {
  const RowFft fft = rowFft<Real>(group.lengthZ, kMostRows<Real>, kBuffersZ<correlated>);
  const std::int64_t blocks = std::int64_t(tilesOf(group, fft)) * group.halfY;
  launch(stream, name, shapeFor<Real>(fft, kBuffersZ<correlated>, blocks), alongZKernel<correlated, Real>, group, fft, green, field, with);
}

}  // namespace

template <class Real>
void alongY(cudaStream_t stream, const PlaneGroup& group, const PlaneFields<Real>& fields) { transformY<false>(stream, group, fields); }

template <class Real>
void alongYBack(cudaStream_t stream, const PlaneGroup& group, const PlaneFields<Real>& fields) { transformY<true>(stream, group, fields); }

template <class Real>
void multiplyAlongZ(cudaStream_t stream, const PlaneGroup& group, const Real* green, ComplexOf<Real>* buffer) {
  transformZ<false>(stream, "multiply along z", group, green, buffer, Correlation<Real>{});
}

template <class Real>
void correlateAlongZ(cudaStream_t stream, const PlaneGroup& group, const Real* green, ComplexOf<Real>* potentialBar, const Correlation<Real>& with) {
  transformZ<true>(stream, "correlate along z", group, green, potentialBar, with);
}

#define UNKICK_PLANE_TRANSFORMS(Real)                                                                              \
  template void alongY(cudaStream_t, const PlaneGroup&, const PlaneFields<Real>&);                                 \
  template void alongYBack(cudaStream_t, const PlaneGroup&, const PlaneFields<Real>&);                             \
  template void multiplyAlongZ(cudaStream_t, const PlaneGroup&, const Real*, ComplexOf<Real>*);                    \
  template void correlateAlongZ(cudaStream_t, const PlaneGroup&, const Real*, ComplexOf<Real>*, const Correlation<Real>&);
UNKICK_PLANE_TRANSFORMS(double)
UNKICK_PLANE_TRANSFORMS(float)
#undef UNKICK_PLANE_TRANSFORMS

}  // namespace unkick::cuda
