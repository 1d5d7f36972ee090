// OpenMP, in two shapes: Which thread does which piece never enters a result: pieces are fixed by the
// problem, and their partial results are combined in order or in integers.
#pragma once

#include <cstdint>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace unkick {

inline int hardwareThreads() {
#if defined(_OPENMP)
  return omp_get_num_procs();
#else
  return 1;
#endif
}

// f(piece, thread) for piece in [0, pieces); contiguous ranges of pieces per thread.
template <class F>
void parallelFor(int threads, std::int64_t pieces, F&& f) {
#if defined(_OPENMP)
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::int64_t piece = 0; piece < pieces; ++piece) f(piece, omp_get_thread_num());
#else
  (void)threads;
  for (std::int64_t piece = 0; piece < pieces; ++piece) f(piece, 0);
#endif
}

// The same for pieces that differ much in cost: whoever is free takes the next.
template <class F>
void parallelForUneven(int threads, std::int64_t pieces, F&& f) {
#if defined(_OPENMP)
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (std::int64_t piece = 0; piece < pieces; ++piece) f(piece, omp_get_thread_num());
#else
  (void)threads;
  for (std::int64_t piece = 0; piece < pieces; ++piece) f(piece, 0);
#endif
}

}  // namespace unkick
