#include "slots.h"

#include <algorithm>

namespace unkick {

namespace {

std::vector<std::size_t> offsetsOf(const std::vector<std::int64_t>& sizes, std::size_t unit) {
  std::vector<std::size_t> offsets;
  std::size_t offset = 0;
  for (std::int64_t size : sizes) {
    offsets.push_back(offset);
    offset += size * unit;
  }
  return offsets;
}

}  // namespace

Slots::Slots(const Demand& demand, Backend& backend, const Arena& arena)
    : demand_(demand),
      backend_(backend),
      stateBytes_(stateSlotBytes(demand)),
      states_(arena.get<char>(RegionId::StateSlots)),
      fields_(arena.get<char>(RegionId::FieldSlots)),
      fieldOffsets_(offsetsOf(demand.fieldSlots, sizeof(double))),
      hostOffsets_(offsetsOf(demand.hostSlots, 1)),
      disk_(demand.diskFolder, demand.diskSlots.size()) {
  const std::size_t slab = hostBytes(demand);
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
  const std::size_t counts[] = {static_cast<std::size_t>(demand_.stateSlots), demand_.fieldSlots.size(), demand_.hostSlots.size(),
                                demand_.diskSlots.size()};
  return slot.packed >= 0 && slot.kind() <= SlotRef::Disk && static_cast<std::size_t>(slot.index()) < counts[slot.kind()];
}

std::size_t Slots::bytes(SlotRef slot) const {
  switch (slot.kind()) {
    case SlotRef::DeviceState: return stateBytes_;
    case SlotRef::DeviceField: return demand_.fieldSlots[slot.index()] * sizeof(double);
    case SlotRef::Host: return demand_.hostSlots[slot.index()];
    default: return demand_.diskSlots[slot.index()];
  }
}

void* Slots::memory(SlotRef slot) const {
  switch (slot.kind()) {
    case SlotRef::DeviceState: return states_ + slot.index() * stateBytes_;
    case SlotRef::DeviceField: return fields_ + fieldOffsets_[slot.index()];
    default: return slab_ + hostOffsets_[slot.index()];
  }
}

void Slots::move(SlotRef from, SlotRef to) {
  const std::size_t size = std::min(bytes(from), bytes(to));
  const bool fromDevice = from.kind() <= SlotRef::DeviceField, toDevice = to.kind() <= SlotRef::DeviceField;
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
  settle(slot);
  disk_.remove(slot.index());
}

}  // namespace unkick
