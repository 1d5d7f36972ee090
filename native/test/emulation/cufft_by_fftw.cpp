// cuFFT's functions, answered by FFTW through the table that native/cuda calls them by. A plan reports a
// work area and fills it with NaNs at every execution, as cuFFT may: what lies there meanwhile is lost.
#include <fftw3.h>

#include <cstring>
#include <map>
#include <mutex>

#include "cuda/cufft_table.h"
#include "engine/fault.h"
#include "launch.h"

namespace unkick {

namespace {

using cuda::Complex;
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
  // FFTW's own, by direction and by how the data is aligned.
  std::map<std::pair<int, int>, fftw_plan> made;
};

std::mutex mutex;  // of the plans and of FFTW's planner
std::map<int, Plan> plans;
int nextPlan = 1;
double workFactor = 1;

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
  const std::size_t perTransform = type == CufftTable::kZ2Z ? n[0] : n[0] / 2 + 1;
  *workBytes = plan->workBytes = static_cast<std::size_t>(workFactor * (perTransform * batch * sizeof(Complex)));
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

fftw_plan makePlan(const Plan& p, void* data, int direction) {
  const int is = p.stride[0], os = p.stride[1], id = p.distance[0], od = p.distance[1];
  const unsigned flags = FFTW_ESTIMATE;  // the data is there already: measuring would destroy it
  switch (p.type) {
    case CufftTable::kD2Z:
      return fftw_plan_many_dft_r2c(1, &p.length, p.batch, real(data), nullptr, is, id, complex(data), nullptr, os, od, flags);
    case CufftTable::kZ2D:
      return fftw_plan_many_dft_c2r(1, &p.length, p.batch, complex(data), nullptr, is, id, real(data), nullptr, os, od, flags);
    default:
      return fftw_plan_many_dft(1, &p.length, p.batch, complex(data), nullptr, is, id, complex(data), nullptr, os, od, direction, flags);
  }
}

// In place, as native/cuda transforms everywhere.
int execute(int id, int type, void* in, void* out, int direction) {
  const std::lock_guard<std::mutex> lock(mutex);
  Plan* plan = find(id);
  if (!plan || plan->type != type || (plan->workBytes > 0 && !plan->work)) return kInvalidPlan;
  if (in != out) return kInvalidValue;
  std::memset(plan->work, 0xff, plan->workBytes);
  fftw_plan& fftw = plan->made[{direction, fftw_alignment_of(real(in))}];
  if (!fftw) fftw = makePlan(*plan, in, direction);
  if (type == CufftTable::kD2Z) fftw_execute_dft_r2c(fftw, real(in), complex(in));
  if (type == CufftTable::kZ2D) fftw_execute_dft_c2r(fftw, complex(in), real(in));
  if (type == CufftTable::kZ2Z) fftw_execute_dft(fftw, complex(in), complex(in));
  return kSuccess;
}

int execD2Z(int id, double* in, Complex* out) { return execute(id, CufftTable::kD2Z, in, out, 0); }
int execZ2D(int id, Complex* in, double* out) { return execute(id, CufftTable::kZ2D, in, out, 0); }
int execZ2Z(int id, Complex* in, Complex* out, int direction) { return execute(id, CufftTable::kZ2Z, in, out, direction); }

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
  static const CufftTable table = {create, destroy, setAutoAllocation, makePlanMany64, setWorkArea, setStream,
                                   execD2Z, execZ2D, execZ2Z,           getVersion,     fftw_version};
  return table;
}

std::string cufftProblem() { return ""; }

void checkFft(int result, const char* what) {
  if (result != kSuccess) throw BackendFailure(std::string("emulated cuFFT: ") + what + ": result " + std::to_string(result));
}

}  // namespace cuda

}  // namespace unkick
