#include "block_sums.h"

namespace unkick::cuda {

namespace {

// A block for each sum, then one for the moments, then one for the bounds.
__global__ void __launch_bounds__(kBlock) combineKernel(Partials partials, Combination what) {
  const int role = blockIdx.x;
  if (role < what.sums) {
    double sum[1] = {0};
    for (std::int64_t chunk = threadIdx.x; chunk < partials.chunks; chunk += kBlock) sum[0] = sum[0] + partials.at(role, chunk);
    const double total = blockSum(sum);
    if (threadIdx.x == 0) what.sumsOut[role] = what.addSums ? what.sumsOut[role] + total : total;
  } else if (role == what.sums && what.moments) {
    PositionMoments m = {};
    for (std::int64_t chunk = threadIdx.x; chunk < partials.chunks; chunk += kBlock) m = merge(m, partials.moments(chunk));
    m = blockMoments(m);
    if (threadIdx.x == 0) *what.moments = m;
  } else {
    double bound[3] = {0, 0, 0};
    for (std::int64_t chunk = threadIdx.x; chunk < partials.chunks; chunk += kBlock) {
      for (int d = 0; d < 3; ++d) bound[d] = larger(partials.at(Partials::kFirstBound + d, chunk), bound[d]);
    }
    const double most = blockLargest(bound);
    if (threadIdx.x < 3) what.bounds[threadIdx.x] = most;
  }
}

}  // namespace

void combine(cudaStream_t stream, const Partials& partials, const Combination& what) {
  const int count = what.sums + (what.moments ? 1 : 0) + (what.bounds ? 1 : 0);
  if (count > 0) launch(stream, "combine", blocks(count, kMomentsShared), combineKernel, partials, what);
}

}  // namespace unkick::cuda
