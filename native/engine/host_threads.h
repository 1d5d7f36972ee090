// Work on host arrays of hundreds of megabytes and more, where a back end has no threads of its own.
#pragma once

#include <future>
#include <vector>

namespace unkick {

// f(piece) for piece in [0, pieces), each on a thread of its own. Throws what one of them threw.
template <class F>
void onHostThreads(int pieces, F&& f) {
  std::vector<std::future<void>> others;
  for (int piece = 1; piece < pieces; ++piece) others.push_back(std::async(std::launch::async, [&f, piece] { f(piece); }));
  f(0);
  for (std::future<void>& other : others) other.get();
}

}  // namespace unkick
