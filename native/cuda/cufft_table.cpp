#include "cufft_table.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <type_traits>
#include <vector>

#include "../engine/fault.h"

#if __has_include(<cufft.h>)
#include <cufft.h>

// Our prototypes are the header's, with int for its handle and enumerations.
static_assert(std::is_same_v<cufftHandle, unkick::cuda::CufftTable::Plan>, "cufftHandle");
static_assert(sizeof(cufftResult) == sizeof(int) && sizeof(cufftType) == sizeof(int), "cuFFT's enumerations are ints");
static_assert(sizeof(cufftDoubleComplex) == sizeof(unkick::cuda::ComplexOf<double>) && sizeof(cufftComplex) == sizeof(unkick::cuda::ComplexOf<float>), "complex numbers");
static_assert(CUFFT_D2Z == unkick::cuda::CufftTable::kD2Z && CUFFT_Z2D == unkick::cuda::CufftTable::kZ2D &&
                  CUFFT_R2C == unkick::cuda::CufftTable::kR2C && CUFFT_C2R == unkick::cuda::CufftTable::kC2R, "transform types");
static_assert(std::is_same_v<decltype(&cufftMakePlanMany64),
                             cufftResult (*)(cufftHandle, int, long long*, long long*, long long, long long, long long*,
                                             long long, long long, cufftType, long long, size_t*)>, "cufftMakePlanMany64");
static_assert(std::is_same_v<decltype(&cufftExecD2Z), cufftResult (*)(cufftHandle, cufftDoubleReal*, cufftDoubleComplex*)>, "cufftExecD2Z");
#endif

namespace unkick::cuda {

namespace {

namespace fs = std::filesystem;

// The release that goes with our CUDA runtime first: cuFFT 12 with CUDA 13, 11 with 12.
std::vector<std::string> sonames() {
  if (CUDART_VERSION >= 13000) return {"libcufft.so.12", "libcufft.so.11"};
  return {"libcufft.so.11", "libcufft.so.12"};
}

void addToolkit(const char* root, std::vector<fs::path>& folders) {
  if (!root || !*root) return;
  for (const char* inside : {"lib64", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib"}) folders.push_back(fs::path(root) / inside);
}

// NVIDIA's Python wheels keep it in site-packages/nvidia/{cu13,cufft}/lib of an environment; Debian's Python in dist-packages.
void addWheels(const fs::path& environment, std::vector<fs::path>& folders) {
  std::error_code ignored;
  for (const auto& python : fs::directory_iterator(environment / "lib", ignored)) {
    if (python.path().filename().string().rfind("python", 0) != 0) continue;
    for (const char* packages : {"site-packages", "dist-packages"}) {
      for (const char* wheel : {"cu13", "cufft"}) folders.push_back(python.path() / packages / "nvidia" / wheel / "lib");
    }
  }
}
void addWheels(const char* environment, std::vector<fs::path>& folders) {
  if (environment && *environment) addWheels(fs::path(environment), folders);
}

// The environment of the Python that the shell would start: one that holds PyTorch has cuFFT.
void addPythonOnPath(std::vector<fs::path>& folders) {
  const char* path = std::getenv("PATH");
  std::stringstream places(path ? path : "");
  std::error_code ignored;
  for (std::string folder; std::getline(places, folder, ':');) {
    if (!fs::exists(fs::path(folder) / "python3", ignored)) continue;
    addWheels(fs::path(folder).parent_path(), folders);
    return;
  }
}

std::vector<fs::path> searchedFolders() {
  std::vector<fs::path> folders;
  addToolkit(std::getenv("CUDA_PATH"), folders);
  addToolkit(std::getenv("CUDA_HOME"), folders);
  addToolkit("/usr/local/cuda", folders);
  if (const char* conda = std::getenv("CONDA_PREFIX"); conda && *conda) folders.push_back(fs::path(conda) / "lib");
  addWheels(std::getenv("VIRTUAL_ENV"), folders);
  addWheels(std::getenv("CONDA_PREFIX"), folders);
  addPythonOnPath(folders);
  if (const char* home = std::getenv("HOME"); home && *home) addWheels(fs::path(home) / ".local", folders);
  return folders;
}

struct Library {
  CufftTable table = {};
  std::string problem;
};

template <class F>
void resolve(void* handle, const char* name, F& function, std::string& problem) {
  void* symbol = dlsym(handle, name);
  if (!symbol && problem.empty()) problem = std::string("cuFFT has no function ") + name;
  function = reinterpret_cast<F>(symbol);
}

void resolveAll(void* handle, Library& library) {
  CufftTable& t = library.table;
  resolve(handle, "cufftCreate", t.create, library.problem);
  resolve(handle, "cufftDestroy", t.destroy, library.problem);
  resolve(handle, "cufftSetAutoAllocation", t.setAutoAllocation, library.problem);
  resolve(handle, "cufftMakePlanMany64", t.makePlanMany64, library.problem);
  resolve(handle, "cufftSetWorkArea", t.setWorkArea, library.problem);
  resolve(handle, "cufftSetStream", t.setStream, library.problem);
  resolve(handle, "cufftExecR2C", t.execR2C, library.problem);
  resolve(handle, "cufftExecC2R", t.execC2R, library.problem);
  resolve(handle, "cufftExecD2Z", t.execD2Z, library.problem);
  resolve(handle, "cufftExecZ2D", t.execZ2D, library.problem);
  resolve(handle, "cufftGetVersion", t.getVersion, library.problem);
}

// Opened libraries are never closed: cuFFT keeps state of its own per process.
void* open(const std::string& name, Library& library) {
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle) library.table.path = name;
  return handle;
}

Library load() {
  Library library;
  void* handle = nullptr;
  if (const char* explicitPath = std::getenv("UNKICK_CUFFT"); explicitPath && *explicitPath) {
    handle = open(explicitPath, library);
    if (!handle) library.problem = std::string("UNKICK_CUFFT names a cuFFT library that does not load: ") + dlerror();
  } else {
    std::string searched = "the loader's path";
    for (const std::string& soname : sonames()) {
      if (!handle) handle = open(soname, library);
    }
    for (const fs::path& folder : searchedFolders()) {
      searched += ", " + folder.string();
      for (const std::string& soname : sonames()) {
        if (!handle) handle = open((folder / soname).string(), library);
      }
    }
    if (!handle) {
      library.problem = "cuFFT (" + sonames()[0] + " or " + sonames()[1] + ") was not found in " + searched +
                        "; install the CUDA toolkit's libcufft or set UNKICK_CUFFT to the library's path";
    }
  }
  if (handle) resolveAll(handle, library);
  return library;
}

const Library& library() {
  static const Library loaded = load();
  return loaded;
}

const char* resultName(int result) {
  static const char* const names[] = {"success", "invalid plan", "allocation failed", "invalid type", "invalid value",
                                      "internal error", "execution failed", "setup failed", "invalid size", "unaligned data",
                                      "incomplete parameters", "invalid device", "parse error", "no work area", "not implemented",
                                      "licence error", "not supported"};
  return result >= 0 && result < static_cast<int>(sizeof names / sizeof *names) ? names[result] : "unknown result";
}

}  // namespace

const CufftTable& cufft() {
  if (!library().problem.empty()) throw BackendFailure(library().problem);
  return library().table;
}

std::string cufftProblem() { return library().problem; }

void checkFft(int result, const char* what) {
  if (result == 0) return;
  throw BackendFailure(std::string("cuFFT: ") + what + ": " + resultName(result) + " (result " + std::to_string(result) + ")");
}

}  // namespace unkick::cuda
