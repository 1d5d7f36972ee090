// Snapshots on three tiers: device memory (the arena), host memory (one pinned block) and disk. Moves between
// them run in the background; a slot that a move still touches is waited for before it is used.
#pragma once

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
  // Throws BackendFailure where the host's memory cannot be had.
  Slots(const Demand& demand, Backend& backend, const Arena& arena);
  ~Slots();
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Whether the demand has this slot.
  bool has(SlotRef slot) const;
  // Both return at once; what goes wrong later is thrown to whoever waits next.
  void move(SlotRef from, SlotRef to);
  void free(SlotRef slot);
  // A device slot, once no move touches it any more; and its size, 0 if there is no such slot.
  void* device(int slot);
  std::size_t deviceBytes(int slot) const;
  // Waits for all moves.
  void settle() { transfers_.settle(); }
  // Drops moves and snapshots, and forgets what went wrong.
  void clear();

  // Bytes of host memory that this object holds, and the most that its files ever had at once.
  std::size_t hostBytes() const { return hostBytes_; }
  std::size_t diskBytes() const { return disk_.mostBytes(); }

 private:
  std::size_t bytes(SlotRef slot) const;
  Span span(SlotRef slot) const;
  void* memory(SlotRef slot) const;  // of a device or host slot
  void transfer(SlotRef from, SlotRef to, std::size_t size, int fence);

  const Demand& demand_;
  Backend& backend_;
  char* device_;  // in the arena
  std::size_t hostBytes_ = 0;
  char* host_ = nullptr;     // slots, and behind them:
  char* staging_ = nullptr;  // for moves between device and disk, all of which are one thread's
  DiskSlots disk_;
  Transfers transfers_;  // last, so that its threads end before what they work on
};

}  // namespace unkick
