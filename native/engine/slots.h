// Snapshots on three tiers: device memory (the arena), host memory (one pinned slab) and disk. Moves between
// them run in the background; a slot that a move still touches is waited for before it is used.
#pragma once

#include <memory>

#include "backend.h"
#include "disk_slots.h"
#include "transfers.h"

namespace unkick {

// Kind and number of a slot, packed as actions carry it.
struct SlotRef {
  enum Kind : int { Device, Host, Disk };
  static constexpr int kKindShift = 24;

  int packed;
  Kind kind() const { return static_cast<Kind>(packed >> kKindShift); }
  int index() const { return packed & ((1 << kKindShift) - 1); }
  static SlotRef of(Kind kind, int index) { return {(kind << kKindShift) | index}; }
};

class Slots {
 public:
  // Throws BackendFailure where the host slab cannot be had.
  Slots(const Demand& demand, Backend& backend, const Arena& arena);
  ~Slots();
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Whether the demand has this slot.
  bool has(SlotRef slot) const;
  void move(SlotRef from, SlotRef to);
  void free(SlotRef slot);
  // A device slot, once no move touches it any more; and its size, 0 if there is no such slot.
  void* device(int slot);
  std::size_t deviceBytes(int slot) const;
  void settleAll() { transfers_.waitAll(); }

 private:
  std::size_t bytes(SlotRef slot) const;
  void* memory(SlotRef slot) const;  // of a device or host slot

  const Demand& demand_;
  Backend& backend_;
  char* device_;  // in the arena
  char* slab_ = nullptr;
  std::unique_ptr<char[]> staging_;  // for moves between device and disk
  DiskSlots disk_;
  Transfers transfers_;  // last, so that its thread ends before what it works on
};

}  // namespace unkick
