#include "disk_slots.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "fault.h"

namespace unkick {

namespace {

std::atomic<unsigned> instances{0};

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw BackendFailure("disk tier: cannot " + what + " " + path + ": " + std::strerror(errno));
}

// A file that is closed whatever happens; closing is also where a full disk may first show.
struct File {
  File(const std::string& path, const char* mode) : path(path), handle(std::fopen(path.c_str(), mode)) {
    if (!handle) fail(*mode == 'w' ? "create" : "open", path);
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
  std::FILE* handle;
};

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

DiskSlots::DiskSlots(std::string folder, std::size_t slots)
    : folder_(std::move(folder)),
      prefix_("unkick-" + std::to_string(getpid()) + "-" + std::to_string(instances++) + "-"),
      sums_(slots),
      present_(slots) {}

DiskSlots::~DiskSlots() {
  for (std::size_t slot = 0; slot < present_.size(); ++slot) remove(slot);
}

std::string DiskSlots::path(std::size_t slot) const { return folder_ + "/" + prefix_ + std::to_string(slot) + ".snapshot"; }

void DiskSlots::write(std::size_t slot, const void* data, std::size_t bytes) {
  const std::string whole = path(slot), part = whole + ".part";
  try {
    File file(part, "wb");
    if (std::fwrite(data, 1, bytes, file.handle) != bytes) fail("write", part);
    file.close();
    if (std::rename(part.c_str(), whole.c_str()) != 0) fail("rename", part);
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
  sums_[slot] = checksum(data, bytes);
  present_[slot] = 1;
}

void DiskSlots::read(std::size_t slot, void* data, std::size_t bytes) const {
  File file(path(slot), "rb");
  errno = 0;
  if (std::fread(data, 1, bytes, file.handle) != bytes) {
    if (errno == 0) throw BackendFailure("disk tier: " + path(slot) + " is shorter than what was written there");
    fail("read", path(slot));
  }
  if (checksum(data, bytes) != sums_[slot]) throw BackendFailure("disk tier: " + path(slot) + " was changed: its checksum does not match");
}

void DiskSlots::remove(std::size_t slot) {
  if (!present_[slot]) return;
  std::remove(path(slot).c_str());
  present_[slot] = 0;
}

}  // namespace unkick
