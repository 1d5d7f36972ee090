#!/usr/bin/env bash
# Everything that only a GPU can tell, in one run of under eight minutes: builds the native tests and the stage benchmark with
# nvcc (no Node), runs the tests on the device, times the sizes that docs/performance.md has targets for, beside the same kick in
# PyTorch on the same card, takes one gradient of 1e9 macroparticles, and runs a part of the tests under compute-sanitizer.
#   bench/gpu.sh [OUT]        results go to the folder OUT, by default bench/results: gpu.json, gpu.md, and gpu.log of all steps
#   UNKICK_ARCHITECTURES=90   compiles for these alone (default: of the device that is there)
#   UNKICK_REHEARSE=1         runs all steps on the emulation of native/test, at sizes of a rehearsal
# Steps come in the order of what they are worth. One that fails or runs out of time is in gpu.json with its exit status, and the
# others go on; what cannot be done here is named. cuFFT may come with Python's wheels. With Node, or with what bench/carry.sh
# packs, the golden cases and the laws run through the whole library, and CUDA is compared with the CPU.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-bench/results}")
build=build/gpu
started=$SECONDS
budget=470 # seconds for everything
rehearsal=false
[[ -n "${UNKICK_REHEARSE:-}" ]] && rehearsal=true
mkdir -p "$out" "$build"
export PATH="$PATH:/usr/local/cuda/bin"
query() { nvidia-smi --query-gpu="$1" --format=csv,noheader,nounits 2>/dev/null | head -1; }

steps=""
record() { # record NAME STATUS SECONDS [WHY]
  steps+="${steps:+,}{\"step\":\"$1\",\"status\":$2,\"seconds\":$3${4:+,\"why\":\"$4\"}}"
  echo "$1: ${4:-exit $2 after $3 s}"
}
skip() { # skip NAME WHY
  $rehearsal && record "$1" 77 0 "skipped: a rehearsal" || record "$1" 77 0 "skipped: $2"
}
# step NAME SECONDS COMMAND...: its output goes to NAME.log, its standard output to NAME.out where it prints JSON.
step() {
  local name=$1 limit=$2 left=$((budget - (SECONDS - started))) begin=$SECONDS status
  shift 2
  ((limit > left)) && limit=$left
  if ((limit < 5)); then
    record "$name" 124 0 "no time left"
    return 124
  fi
  timeout --kill-after=5 "$limit" "$@" >"$build/$name.out" 2>"$build/$name.log"
  status=$?
  if [[ $(head -c 1 "$build/$name.out") != '{' ]]; then
    cat "$build/$name.out" >>"$build/$name.log"
    : >"$build/$name.out"
  fi
  local why
  why=$(grep -m 1 -h '^skipped: ' "$build/$name.log" | tr -d '"\\')
  [[ -n "$why" ]] && status=77
  record "$name" "$status" $((SECONDS - begin)) "$why"
  return $status
}
cases=""
# measure NAME SECONDS ARGUMENTS...: one case of the benchmark.
measure() {
  local name=$1 limit=$2
  shift 2
  step "$name" "$limit" "$build/native/bench/unkick_${kind}_bench" "$@" && cases+="${cases:+,}{\"name\":\"$name\",\"result\":$(cat "$build/$name.out")}"
}
torch=""
finish() {
  printf '{"command":"bench/gpu.sh","rehearsal":%s,"date":"%s","commit":"%s","device":"%s","driver":"%s","usedBefore":"%s MiB","seconds":%d,"steps":[%s],"cases":[%s],"torch":[%s]}\n' \
    $rehearsal "$(date -u +%FT%TZ)" "$(git rev-parse HEAD 2>/dev/null)" "$(query name)" "$(query driver_version)" \
    "$usedBefore" $((SECONDS - started)) "$steps" "$cases" "$torch" >"$out/gpu.json"
  python3 bench/gpu_table.py "$out/gpu.json" >"$out/gpu.md" && cat "$out/gpu.md"
  tail -n 400 "$build"/*.log >"$out/gpu.log"
  echo "$out/gpu.json"
}
trap finish EXIT
usedBefore=$(query memory.used)
rm -f "$build"/*.out "$build"/*.log

# Where the wheels of PyTorch keep cuFFT, unless the caller or the loader knows a place.
if [[ -z "${UNKICK_CUFFT:-}" ]] && ! ldconfig -p | grep -q 'libcufft\.so\.1[12]'; then
  cufft=$(python3 -c '
import glob, site, sys
places = [p for s in sys.path + site.getsitepackages() for p in glob.glob(s + "/nvidia/*/lib/libcufft.so.1[12]")]
print(sorted(places, key=lambda p: p[-2:])[-1] if places else "")' 2>/dev/null)
  [[ -n "$cufft" ]] && export UNKICK_CUFFT="$cufft"
fi

# What was carried along, where this machine lacks it.
if [[ -f .carry/gpu.tar.xz ]]; then
  mkdir -p "$build/carried"
  [[ -x "$build/carried/node" ]] || tar -xJf .carry/gpu.tar.xz -C "$build/carried"
  command -v node >/dev/null || PATH="$PATH:$PWD/$build/carried"
  [[ -e node_modules ]] || ln -sfn "$build/carried/node_modules" node_modules
  export FFTW_ROOT=${FFTW_ROOT:-$PWD/$build/carried/fftw}
  [[ -d ../shared/golden ]] || export UNKICK_GOLDEN=$PWD/$build/carried/golden
fi
[[ -d shared/golden ]] && export UNKICK_GOLDEN=$PWD/shared/golden

# --- build ------------------------------------------------------------------------------------------------------------------
kind=cuda tests=$build/native/test/unkick_cuda_test
targets="unkick_cuda_test unkick_cuda_bench"
options=(-DUNKICK_CUDA=ON)
if $rehearsal; then
  kind=emulated tests=$build/native/test/emulation/unkick_emulation_test
  targets="unkick_emulation_test unkick_emulated_bench"
  options=(-DUNKICK_CUDA=OFF)
fi
node=""
if command -v node >/dev/null && [[ -d node_modules/node-addon-api && -d node_modules/vitest ]]; then
  node=$(command -v node)
  options+=(-DUNKICK_NODE=ON "-DCMAKE_JS_INC=$PWD/node_modules/node-api-headers/include;$PWD/node_modules/node-addon-api")
  if ! $rehearsal && [[ ! -e build/Release/unkick_cuda.node ]]; then
    options+=("-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=$PWD/build/Release")
    targets+=" unkick_cuda_addon"
  fi
else
  options+=(-DUNKICK_NODE=OFF)
fi
architecture=$(query compute_cap | tr -d .)
generator=$(command -v ninja >/dev/null && echo Ninja || echo 'Unix Makefiles')
step configure 30 cmake -S . -B "$build" -G "$generator" "${options[@]}" -DUNKICK_BENCH=ON \
  -DUNKICK_CUDA_ARCHITECTURES="${UNKICK_ARCHITECTURES:-${architecture:-90}-real}" || exit 1
grep -q 'back ends: CPU ON' "$build/configure.log" && [[ "$targets" == *addon* ]] && targets+=" unkick_cpu_addon"
# shellcheck disable=SC2086  # words are targets
step build 200 cmake --build "$build" --parallel "$(nproc)" --target $targets || exit 1

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -1)

# --- correctness ------------------------------------------------------------------------------------------------------------
# A quick part first, so that a device on which nothing works is told from one that is slow.
if ! step smoke 40 "$tests" "two kicks" && [[ -n "$(query name)" ]]; then
  # Launches that are waited for name the kernel that went wrong; memcheck its line.
  CUDA_LAUNCH_BLOCKING=1 step smoke-blocking 60 "$tests" "two kicks"
  [[ -n "$sanitizer" ]] && step smoke-memcheck 90 "$sanitizer" --error-exitcode 9 "$tests" "two kicks"
fi
$rehearsal || step tests 100 "$tests"
if $rehearsal || [[ -z "$(query name)" ]]; then
  skip golden "no GPU"
elif [[ -n "$node" ]]; then
  # The suite tests the back ends that it finds: make sure that CUDA is one of them.
  step addon 30 "$node" -e '
    const { unavailable, details } = require("./build/Release/unkick_cuda.node").about();
    console.log(unavailable ? `skipped: ${unavailable}` : details);' &&
    step golden 60 "$node" node_modules/vitest/vitest.mjs run ts/test/golden
else
  skip golden "no Node with the packages of the test suite; see bench/carry.sh"
fi

# --- times and bytes --------------------------------------------------------------------------------------------------------
sizes="1e6:64 1.6e7:64 6.4e7:64 1e6:256" torchSizes=$sizes
large="1.6e7:64" others="1e6:64 1e6:256 1e6:128 1e5:32 1e4:32 6.4e7:64"
billion=(--particles 1e9 --grid 64 --kicks 100 --once)
if $rehearsal; then
  sizes="600:8 900:8" torchSizes="1e3:8" large="900:8" others="600:8"
  billion=(--particles 600 --grid 8 --kicks 3 --once)
fi
stages() { measure "stages-${1/:/-}" 60 --particles "${1%:*}" --grid "${1#*:}" --samples 20 --seconds 2; }
for size in $sizes; do
  measure "sweep-${size/:/-}" 60 --particles "${size%:*}" --grid "${size#*:}" --samples 30 --seconds 2 --sweep
done
stages "$large" # its copies go through memory, not the cache: for the bandwidth
# It takes 112 GB on the device and 65 on the host, much of the time for making and loading the beam.
free=$(query memory.free) # MiB
if $rehearsal || ((${free:-0} > 115000)); then
  measure billion 260 "${billion[@]}"
else
  skip billion "no device with 115 GB of free memory"
fi
peer() { # peer PRECISION
  # shellcheck disable=SC2086  # words are cases
  step "torch-$1" 60 python3 bench/torch_kick.py --seconds 2 --precision "$1" $torchSizes &&
    torch+="${torch:+,}$(cat "$build/torch-$1.out")"
}
if python3 -c 'import torch' 2>/dev/null; then peer f64; else skip torch "python3 cannot import torch"; fi
for size in $sizes; do
  measure "sweep-f32-${size/:/-}" 60 --particles "${size%:*}" --grid "${size#*:}" --samples 30 --seconds 2 --sweep --precision f32
done
if [[ -s "$build/torch-f64.out" ]]; then peer f32; fi
if [[ -n "$node" && -n "$(query name)" ]] && ! $rehearsal; then
  step laws 90 "$node" node_modules/vitest/vitest.mjs run ts/test/laws
fi
for size in $others; do stages "$size"; done

# --- compute-sanitizer: takes what is left, since each launch is a hundred times as slow ---------------------------------------
if [[ -n "$sanitizer" ]] && ! $rehearsal; then
  step memcheck 90 "$sanitizer" --error-exitcode 9 "$tests" "two kicks"
  step racecheck 90 "$sanitizer" --tool racecheck --error-exitcode 9 "$tests" "drift, kick"
  step synccheck 60 "$sanitizer" --tool synccheck --error-exitcode 9 "$tests" "drift, kick"
  step initcheck 60 "$sanitizer" --tool initcheck --error-exitcode 9 "$tests" "drift, kick"
else
  skip memcheck "no compute-sanitizer"
fi
