#include "slots.h"

#include <algorithm>

namespace unkick {

Slots::Slots(const Demand& demand, Backend& backend, const Arena& arena)
    : demand_(demand),
      backend_(backend),
      device_(arena.get<char>(RegionId::Slots)),
      disk_(demand.diskFolder, demand.diskSlots.size()) {
  const HostPlan& plan = arena.plan().host;
  if (plan.bytes() == 0) return;
  host_ = static_cast<char*>(backend_.allocateHost(plan.bytes()));
  hostBytes_ = plan.bytes();
  if (plan.staging > 0) staging_ = host_ + plan.snapshots;
}

Slots::~Slots() {
  transfers_.drop();
  if (host_) backend_.freeHost(host_);
}

void Slots::clear() {
  transfers_.drop();
  disk_.clear();
}

bool Slots::has(SlotRef slot) const {
  const std::size_t counts[] = {demand_.deviceSlots.size(), demand_.hostSlots.size(), demand_.diskSlots.size()};
  return slot.packed >= 0 && slot.kind() <= SlotRef::Disk && static_cast<std::size_t>(slot.index()) < counts[slot.kind()];
}

void* Slots::device(int slot) {
  const SlotRef own = SlotRef::of(SlotRef::Device, slot);
  transfers_.wait(span(own));
  return memory(own);
}

std::size_t Slots::deviceBytes(int slot) const {
  return has(SlotRef::of(SlotRef::Device, slot)) ? demand_.deviceSlots[slot].bytes : 0;
}

std::size_t Slots::bytes(SlotRef slot) const {
  if (slot.kind() == SlotRef::Disk) return demand_.diskSlots[slot.index()];
  return (slot.kind() == SlotRef::Device ? demand_.deviceSlots : demand_.hostSlots)[slot.index()].bytes;
}

Span Slots::span(SlotRef slot) const {
  if (slot.kind() == SlotRef::Disk) return {SlotRef::Disk, static_cast<std::size_t>(slot.index()), 1};
  const SlotRange& range = (slot.kind() == SlotRef::Device ? demand_.deviceSlots : demand_.hostSlots)[slot.index()];
  return {slot.kind(), range.offset, range.bytes};
}

void* Slots::memory(SlotRef slot) const {
  return (slot.kind() == SlotRef::Device ? device_ : host_) + span(slot).offset;
}

void Slots::move(SlotRef from, SlotRef to) {
  const std::size_t size = std::min(bytes(from), bytes(to));
  const bool withDevice = from.kind() == SlotRef::Device || to.kind() == SlotRef::Device;
  const bool withDisk = from.kind() == SlotRef::Disk || to.kind() == SlotRef::Disk;
  const int fence = withDevice ? backend_.fence() : 0;
  transfers_.start(withDisk ? Transfers::Disk : Transfers::Memory, {span(from), span(to)}, [=] { transfer(from, to, size, fence); });
}

void Slots::transfer(SlotRef from, SlotRef to, std::size_t size, int fence) {
  const bool fromDevice = from.kind() == SlotRef::Device, toDevice = to.kind() == SlotRef::Device;
  if (from.kind() == SlotRef::Disk) {
    const bool staged = staging_ && toDevice;
    disk_.read(from.index(), staged ? staging_ : memory(to), size);
    if (staged) backend_.upload(memory(to), staging_, size, fence);
  } else if (to.kind() == SlotRef::Disk) {
    const bool staged = staging_ && fromDevice;
    if (staged) backend_.download(staging_, memory(from), size, fence);
    disk_.write(to.index(), staged ? staging_ : memory(from), size);
  } else if (fromDevice) {
    backend_.download(memory(to), memory(from), size, fence);
  } else {
    backend_.upload(memory(to), memory(from), size, fence);
  }
}

// Files are deleted in the background as well: the slot may still be read from, and a large file takes its time.
void Slots::free(SlotRef slot) {
  if (slot.kind() != SlotRef::Disk) return;
  transfers_.start(Transfers::Disk, {span(slot)}, [=] { disk_.remove(slot.index()); });
}

}  // namespace unkick
