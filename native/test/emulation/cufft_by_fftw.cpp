// cuFFT's functions, answered by FFTW through the table that native/cuda calls them by. A plan reports a
// work area and fills it with NaNs at every execution, as cuFFT may: what lies there meanwhile is lost. Single precision
// is transformed in double and rounded once, which is closer to the truth than cuFFT is.
#include <fftw3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

#include "cuda/cufft_table.h"
#include "engine/fault.h"
#include "launch.h"

namespace unkick {

namespace {

using cuda::ComplexOf;
using cuda::CufftTable;
using Length = CufftTable::Length;

constexpr int kSuccess = 0, kInvalidPlan = 1, kInvalidValue = 4;

struct Plan {
  int type = 0;
  int length = 0;
  int batch = 0;
  int stride[2] = {}, distance[2] = {};  // of input and output, in their own elements
  bool autoAllocation = true;
  std::size_t workBytes = 0;
  void* work = nullptr;
  std::map<int, fftw_plan> made;  // FFTW's own, by how the data is aligned
};

std::mutex mutex;  // of the plans and of FFTW's planner
std::map<int, Plan> plans;
int nextPlan = 1;
double workFactor = 1;

bool isDouble(int type) { return type == CufftTable::kD2Z || type == CufftTable::kZ2D; }
bool isForward(int type) { return type == CufftTable::kD2Z || type == CufftTable::kR2C; }

Plan* find(int id) {
  const auto found = plans.find(id);
  return found == plans.end() ? nullptr : &found->second;
}

int create(int* id) {
  const std::lock_guard<std::mutex> lock(mutex);
  *id = nextPlan++;
  plans[*id] = Plan();
  return kSuccess;
}

int destroy(int id) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan) return kInvalidPlan;
  for (const auto& made : plan->made) fftw_destroy_plan(made.second);
  plans.erase(id);
  return kSuccess;
}

int setAutoAllocation(int id, int on) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan) return kInvalidPlan;
  plan->autoAllocation = on != 0;
  return kSuccess;
}

int makePlanMany64(int id, int rank, Length* n, Length* inembed, Length istride, Length idist, Length* onembed, Length ostride,
                   Length odist, int type, Length batch, std::size_t* workBytes) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan) return kInvalidPlan;
  if (rank != 1 || !inembed || !onembed || n[0] < 1 || batch < 1 || plan->autoAllocation) return kInvalidValue;
  plan->type = type;
  plan->length = static_cast<int>(n[0]);
  plan->batch = static_cast<int>(batch);
  plan->stride[0] = static_cast<int>(istride);
  plan->stride[1] = static_cast<int>(ostride);
  plan->distance[0] = static_cast<int>(idist);
  plan->distance[1] = static_cast<int>(odist);
  const std::size_t perTransform = n[0] / 2 + 1;
  *workBytes = plan->workBytes = static_cast<std::size_t>(workFactor * (perTransform * batch * (isDouble(type) ? 16 : 8)));
  return kSuccess;
}

int setWorkArea(int id, void* area) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan) return kInvalidPlan;
  plan->work = area;
  return kSuccess;
}

int setStream(int id, cudaStream_t) {
  const std::lock_guard<std::mutex> lock(mutex);
  return find(id) ? kSuccess : kInvalidPlan;
}

fftw_complex* complex(void* data) { return static_cast<fftw_complex*>(data); }
double* real(void* data) { return static_cast<double*>(data); }

fftw_plan makePlan(const Plan& p, void* data) {
  const int is = p.stride[0], os = p.stride[1], id = p.distance[0], od = p.distance[1];
  const unsigned flags = FFTW_ESTIMATE;  // the data is there already: measuring would destroy it
  if (isForward(p.type)) return fftw_plan_many_dft_r2c(1, &p.length, p.batch, real(data), nullptr, is, id, complex(data), nullptr, os, od, flags);
  return fftw_plan_many_dft_c2r(1, &p.length, p.batch, complex(data), nullptr, is, id, real(data), nullptr, os, od, flags);
}

void transform(Plan& plan, double* data) {
  fftw_plan& fftw = plan.made[fftw_alignment_of(data)];
  if (!fftw) fftw = makePlan(plan, data);
  if (isForward(plan.type)) fftw_execute_dft_r2c(fftw, data, complex(data));
  else fftw_execute_dft_c2r(fftw, complex(data), data);
}

// Reals from the first to the last that a plan reads or writes.
std::size_t extent(const Plan& plan) {
  std::size_t most = 0;
  for (int side = 0; side < 2; ++side) {
    const bool spectrum = (side == 1) == isForward(plan.type);
    const std::size_t elements = spectrum ? plan.length / 2 + 1 : plan.length;
    const std::size_t last = (plan.batch - 1) * std::size_t(plan.distance[side]) + (elements - 1) * plan.stride[side];
    most = std::max(most, (last + 1) * (spectrum ? 2 : 1));
  }
  return most;
}

// In place, as native/cuda transforms everywhere.
template <int type, class In, class Out>
int execute(int id, In* in, Out* out) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan || plan->type != type || (plan->workBytes > 0 && !plan->work)) return kInvalidPlan;
  if (static_cast<void*>(in) != out) return kInvalidValue;
  emulation::countRequest("FFT");
  std::memset(plan->work, 0xff, plan->workBytes);
  if (isDouble(type)) {
    transform(*plan, real(in));
    return kSuccess;
  }
  float* narrow = reinterpret_cast<float*>(in);
  std::vector<double> wide(narrow, narrow + extent(*plan));
  transform(*plan, wide.data());
  std::transform(wide.begin(), wide.end(), narrow, [](double a) { return static_cast<float>(a); });
  return kSuccess;
}

int getVersion(int* version) {
  *version = 0;
  return kSuccess;
}

}  // namespace

namespace emulation {

void setFftWorkFactor(double factor) {
  const std::lock_guard<std::mutex> lock(mutex);
  workFactor = factor;
}

}  // namespace emulation

namespace cuda {

const CufftTable& cufft() {
  using T = CufftTable;
  static const CufftTable table = {create, destroy, setAutoAllocation, makePlanMany64, setWorkArea, setStream,
                                   execute<T::kR2C>, execute<T::kC2R>, execute<T::kD2Z>, execute<T::kZ2D>,
                                   getVersion, fftw_version};
  return table;
}

std::string cufftProblem() { return ""; }

void checkFft(int result, const char* what) {
  if (result != kSuccess) throw BackendFailure(std::string("emulated cuFFT: ") + what + ": result " + std::to_string(result));
}

}  // namespace cuda

}  // namespace unkick
