#include "slots.h"

#include <algorithm>

namespace unkick {

Slots::Slots(const Demand& demand, Backend& backend, const Arena& arena)
    : demand_(demand),
      backend_(backend),
      device_(arena.get<char>(RegionId::Slots)),
      disk_(demand.diskFolder, demand.diskSlots.size()) {
  const std::size_t slab = extentOf(demand.hostSlots);
  if (slab > 0) slab_ = static_cast<char*>(backend_.allocateHost(slab));
  std::int64_t most = 0;
  for (std::int64_t size : demand.diskSlots) most = std::max(most, size);
  if (most > 0 && !backend_.sharesHostMemory()) staging_ = std::make_unique<char[]>(most);
}

Slots::~Slots() {
  try {
    transfers_.waitAll();
  } catch (...) {  // nobody is left to be told
  }
  if (slab_) backend_.freeHost(slab_);
}

bool Slots::has(SlotRef slot) const {
  const std::size_t counts[] = {demand_.deviceSlots.size(), demand_.hostSlots.size(), demand_.diskSlots.size()};
  return slot.packed >= 0 && slot.kind() <= SlotRef::Disk && static_cast<std::size_t>(slot.index()) < counts[slot.kind()];
}

void* Slots::device(int slot) {
  const SlotRange& own = demand_.deviceSlots[slot];
  // A move may still be reading a slot that lies over the same bytes.
  for (std::size_t i = 0; i < demand_.deviceSlots.size(); ++i) {
    const SlotRange& other = demand_.deviceSlots[i];
    const bool apart = other.offset + other.bytes <= own.offset || own.offset + own.bytes <= other.offset;
    if (!apart) transfers_.wait(SlotRef::of(SlotRef::Device, static_cast<int>(i)).packed);
  }
  return device_ + own.offset;
}

std::size_t Slots::deviceBytes(int slot) const {
  return has(SlotRef::of(SlotRef::Device, slot)) ? demand_.deviceSlots[slot].bytes : 0;
}

std::size_t Slots::bytes(SlotRef slot) const {
  if (slot.kind() == SlotRef::Disk) return demand_.diskSlots[slot.index()];
  return (slot.kind() == SlotRef::Device ? demand_.deviceSlots : demand_.hostSlots)[slot.index()].bytes;
}

void* Slots::memory(SlotRef slot) const {
  if (slot.kind() == SlotRef::Device) return device_ + demand_.deviceSlots[slot.index()].offset;
  return slab_ + demand_.hostSlots[slot.index()].offset;
}

void Slots::move(SlotRef from, SlotRef to) {
  const std::size_t size = std::min(bytes(from), bytes(to));
  const bool fromDevice = from.kind() == SlotRef::Device, toDevice = to.kind() == SlotRef::Device;
  const bool fromDisk = from.kind() == SlotRef::Disk, toDisk = to.kind() == SlotRef::Disk;
  const int fence = fromDevice || toDevice ? backend_.fence() : 0;
  const bool staged = staging_ && ((fromDevice && toDisk) || (fromDisk && toDevice));
  transfers_.start(from.packed, to.packed, [=] {
    void* const source = fromDisk ? nullptr : memory(from);
    void* const target = toDisk ? nullptr : memory(to);
    void* const between = staged ? staging_.get() : nullptr;
    if (fromDisk) {
      disk_.read(from.index(), between ? between : target, size);
      if (between) backend_.upload(target, between, size, fence);
    } else if (toDisk) {
      if (between) backend_.download(between, source, size, fence);
      disk_.write(to.index(), between ? between : source, size);
    } else if (fromDevice) {
      backend_.download(target, source, size, fence);
    } else {
      backend_.upload(target, source, size, fence);
    }
  });
}

void Slots::free(SlotRef slot) {
  if (slot.kind() != SlotRef::Disk) return;
  transfers_.wait(slot.packed);
  disk_.remove(slot.index());
}

}  // namespace unkick
