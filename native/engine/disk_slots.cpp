#include "disk_slots.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>

#include "fault.h"

namespace unkick {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw SnapshotFailure("disk tier: cannot " + what + " " + path + ": " + std::strerror(errno));
}

// A file that is closed whatever happens; closing is also where a full disk may first show.
struct File {
  File(const std::string& path, int flags, const char* mode) : path(path) {
    const bool create = (flags & O_CREAT) != 0;
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (descriptor < 0) fail(create ? "create" : "open", path);
    handle = ::fdopen(descriptor, mode);
    if (handle) return;
    ::close(descriptor);
    fail(create ? "create" : "open", path);
  }
  ~File() {
    if (handle) std::fclose(handle);
  }
  void close() {
    std::FILE* open = handle;
    handle = nullptr;
    if (std::fclose(open) != 0) fail("write", path);
  }
  std::string path;
  std::FILE* handle = nullptr;
};

// Process numbers are not enough: the folder may be shared with other containers and machines.
std::string uniquePrefix() {
  std::random_device random;
  char token[17];
  std::snprintf(token, sizeof token, "%08x%08x", static_cast<unsigned>(random()), static_cast<unsigned>(random()));
  return "unkick-" + std::to_string(getpid()) + "-" + token + "-";
}

}  // namespace

std::uint64_t checksum(const void* data, std::size_t bytes) {
  // Multiply and rotate, as in FNV and its kin, on eight bytes at a time.
  std::uint64_t sum = 0xcbf29ce484222325;
  const char* p = static_cast<const char*>(data);
  for (std::size_t i = 0; i + 8 <= bytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, p + i, 8);
    sum = (sum ^ word) * 0x9e3779b97f4a7c15;
    sum = (sum << 27) | (sum >> 37);
  }
  return sum;
}

DiskSlots::DiskSlots(std::string folder, std::size_t slots) : folder_(std::move(folder)), prefix_(uniquePrefix()), snapshots_(slots) {}

std::string DiskSlots::path(std::size_t slot) const { return folder_ + "/" + prefix_ + std::to_string(slot) + ".snapshot"; }

void DiskSlots::write(std::size_t slot, const void* data, std::size_t bytes) {
  remove(slot);
  const std::string whole = path(slot), part = whole + ".part";
  File file(part, O_CREAT | O_EXCL | O_WRONLY, "wb");
  try {
    if (std::fwrite(data, 1, bytes, file.handle) != bytes) fail("write", part);
    file.close();
    if (std::rename(part.c_str(), whole.c_str()) != 0) fail("rename", part);
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
  snapshots_[slot] = {true, bytes, checksum(data, bytes)};
  held_ += bytes;
  most_ = std::max(most_.load(), held_);
}

void DiskSlots::read(std::size_t slot, void* data, std::size_t bytes) const {
  File file(path(slot), O_RDONLY, "rb");
  errno = 0;
  if (std::fread(data, 1, bytes, file.handle) != bytes) {
    if (errno == 0) throw SnapshotFailure("disk tier: " + path(slot) + " is shorter than what was written there");
    fail("read", path(slot));
  }
  if (checksum(data, bytes) != snapshots_[slot].sum) throw SnapshotFailure("disk tier: " + path(slot) + " was changed: its checksum does not match");
}

void DiskSlots::remove(std::size_t slot) {
  Snapshot& snapshot = snapshots_[slot];
  if (!snapshot.present) return;
  std::remove(path(slot).c_str());
  held_ -= snapshot.bytes;
  snapshot = {};
}

void DiskSlots::clear() {
  for (std::size_t slot = 0; slot < snapshots_.size(); ++slot) remove(slot);
}

}  // namespace unkick
