// A grid that threads scatter into: each into a window of its own, of the planes that its macroparticles touch. Beams lie in
// slices of tau, so that windows hardly overlap, and all together take little more than one grid.
#pragma once

#include <vector>

#include "kicks.h"

namespace unkick {

class ScatterGrid {
 public:
  // windows: of consecutive pieces of the beam, without their data yet.
  ScatterGrid(const GridShape& shape, int lanes, std::vector<NodeWindow> windows);

  int lanes() const { return lanes_; }
  int pieces() const { return static_cast<int>(windows_.size()); }
  // Nodes of all windows, and the memory that they take.
  std::int64_t nodes() const { return nodes_; }
  std::size_t bytes() const { return sizeof(std::int64_t) * lanes_ * nodes_; }

  void layOut(void* memory);
  const NodeWindow& window(int piece) const { return windows_[piece]; }
  void clear(int piece) const;

  // row [nx] += weight times a lane's sums along nodes (., j, k). Sums are whole numbers until here.
  void addRow(double weight, int lane, int j, int k, double* row) const;

 private:
  std::int64_t planeNodes() const { return std::int64_t(shape_.n[0]) * shape_.n[1]; }
  std::int64_t nodesOf(const NodeWindow& window) const { return (window.last - window.first + 1) * planeNodes(); }

  GridShape shape_;
  int lanes_;
  std::int64_t nodes_ = 0;
  std::vector<NodeWindow> windows_;
  std::vector<std::vector<const std::int64_t*>> planes_;  // [nz] where each plane begins, in every window that has it
};

}  // namespace unkick
