// Snapshots on disk: each a file of its own, written whole under another name and then renamed, with a
// checksum, gone when it is freed and at the latest with this object. An interrupted write leaves no snapshot
// that could be taken for one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace unkick {

// 64-bit checksum of a block of memory whose size is a multiple of 8.
std::uint64_t checksum(const void* data, std::size_t bytes);

class DiskSlots {
 public:
  // folder: must exist and be writable once the first snapshot goes there.
  DiskSlots(std::string folder, std::size_t slots);
  ~DiskSlots();
  DiskSlots(const DiskSlots&) = delete;
  DiskSlots& operator=(const DiskSlots&) = delete;

  // Throw BackendFailure, naming the file and the reason.
  void write(std::size_t slot, const void* data, std::size_t bytes);
  void read(std::size_t slot, void* data, std::size_t bytes) const;
  void remove(std::size_t slot);

 private:
  std::string path(std::size_t slot) const;

  std::string folder_;
  std::string prefix_;
  std::vector<std::uint64_t> sums_;
  std::vector<char> present_;
};

}  // namespace unkick
