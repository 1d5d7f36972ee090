// Snapshots on disk: each a file of its own, written whole under another name and then renamed, with a
// checksum, gone when it is freed and at the latest with this object. An interrupted write leaves no snapshot
// that could be taken for one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace unkick {

// 64-bit checksum of a block of memory whose size is a multiple of 8.
std::uint64_t checksum(const void* data, std::size_t bytes);

class DiskSlots {
 public:
  // folder: must exist and be writable once the first snapshot goes there. Others may use it at the same time.
  DiskSlots(std::string folder, std::size_t slots);
  ~DiskSlots() { clear(); }
  DiskSlots(const DiskSlots&) = delete;
  DiskSlots& operator=(const DiskSlots&) = delete;

  // Throw SnapshotFailure, naming the file and the reason.
  void write(std::size_t slot, const void* data, std::size_t bytes);
  void read(std::size_t slot, void* data, std::size_t bytes) const;
  void remove(std::size_t slot);
  void clear();
  // The most that all files together ever had.
  std::size_t mostBytes() const { return most_.load(); }

 private:
  struct Snapshot {
    bool present = false;
    std::size_t bytes = 0;
    std::uint64_t sum = 0;
  };
  std::string path(std::size_t slot) const;

  std::string folder_;
  std::string prefix_;
  std::vector<Snapshot> snapshots_;
  std::size_t held_ = 0;
  std::atomic<std::size_t> most_{0};
};

}  // namespace unkick
