// The one allocation that a run's device memory comes from, carved as its plan says.
#pragma once

#include "memory_plan.h"

namespace unkick {

class Arena {
 public:
  Arena() = default;
  // base: plan.bytes of device memory, owned by the back end.
  Arena(const MemoryPlan& plan, void* base) : plan_(plan), base_(static_cast<char*>(base)) {}

  // nullptr where the plan has no such region.
  template <class T>
  T* get(RegionId id) const {
    const Region* region = plan_.find(id);
    return region ? reinterpret_cast<T*>(base_ + region->offset) : nullptr;
  }
  std::size_t bytes(RegionId id) const {
    const Region* region = plan_.find(id);
    return region ? region->bytes : 0;
  }
  const MemoryPlan& plan() const { return plan_; }

 private:
  MemoryPlan plan_;
  char* base_ = nullptr;
};

}  // namespace unkick
