#include "scatter_grid.h"

#include <cstring>

namespace unkick {

namespace {

// row += weight * sum over the windows of every lanes-th number from `first` on.
UNKICK_CLONES
void addLane(const std::vector<const std::int64_t*>& windows, std::int64_t first, std::int64_t lanes, int count, double weight, double* row) {
  if (windows.size() == 1) {
    const std::int64_t* from = windows[0] + first;
    for (int i = 0; i < count; ++i) row[i] += weight * static_cast<double>(from[lanes * i]);
    return;
  }
  for (int i = 0; i < count; ++i) {
    std::int64_t sum = 0;
    for (const std::int64_t* from : windows) sum += from[first + lanes * i];
    row[i] += weight * static_cast<double>(sum);
  }
}

}  // namespace

ScatterGrid::ScatterGrid(const GridShape& shape, int lanes, std::vector<NodeWindow> windows)
    : shape_(shape), lanes_(lanes), windows_(std::move(windows)), planes_(shape.n[2]) {
  for (const NodeWindow& window : windows_) nodes_ += nodesOf(window);
}

void ScatterGrid::layOut(void* memory) {
  std::int64_t* next = static_cast<std::int64_t*>(memory);
  for (NodeWindow& window : windows_) {
    window.data = next;
    for (int k = window.first; k <= window.last; ++k, next += lanes_ * planeNodes()) planes_[k].push_back(next);
  }
}

void ScatterGrid::clear(int piece) const {
  std::memset(windows_[piece].data, 0, sizeof(std::int64_t) * lanes_ * nodesOf(windows_[piece]));
}

void ScatterGrid::addRow(double weight, int lane, int j, int k, double* row) const {
  if (!planes_[k].empty()) addLane(planes_[k], lane + lanes_ * shape_.at(0, j, 0), lanes_, shape_.n[0], weight, row);
}

}  // namespace unkick
