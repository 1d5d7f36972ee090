#!/usr/bin/env bash
# Everything that only a GPU can tell, in one run of under eight minutes: builds the native tests and the stage benchmark with
# nvcc (no Node), runs the tests on the device, a part of them under compute-sanitizer, and times the sizes of
# docs/performance.md. PyTorch is not needed; cuFFT may come with its Python wheels.
#   bench/gpu.sh [OUT]        results go to the folder OUT, by default bench/results: gpu.json, and logs of the tests
#   UNKICK_ARCHITECTURES=90   compiles for these alone (default: of the device that is there)
# A step that fails or runs out of time is in gpu.json with its exit status, and the others go on.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-bench/results}")
build=build/gpu
started=$SECONDS
budget=470 # seconds for everything
mkdir -p "$out" "$build"
export PATH="$PATH:/usr/local/cuda/bin"

# Where the wheels of PyTorch keep cuFFT, unless the caller or the loader knows a place.
if [[ -z "${UNKICK_CUFFT:-}" ]] && ! ldconfig -p | grep -q libcufft.so; then
  cufft=$(python3 -c '
import glob, site, sys
places = [p for s in site.getsitepackages() + sys.path for p in glob.glob(s + "/nvidia/*/lib/libcufft.so.1[12]")]
print(places[0] if places else "")' 2>/dev/null)
  [[ -n "$cufft" ]] && export UNKICK_CUFFT="$cufft"
fi

steps=""
# step NAME SECONDS COMMAND...: its output goes to OUT/NAME.log, its standard output to OUT/NAME.json where it prints JSON.
step() {
  local name=$1 limit=$2 left=$((budget - (SECONDS - started))) begin=$SECONDS status
  shift 2
  ((limit > left)) && limit=$left
  if ((limit < 5)); then
    status=124
    echo "no time left" >"$out/$name.log"
  else
    timeout --kill-after=5 "$limit" "$@" >"$build/$name.out" 2>"$out/$name.log"
    status=$?
    head -c 1 "$build/$name.out" | grep -q '{' || { cat "$build/$name.out" >>"$out/$name.log"; : >"$build/$name.out"; }
  fi
  steps+="${steps:+,}{\"step\":\"$name\",\"status\":$status,\"seconds\":$((SECONDS - begin))}"
  echo "$name: exit $status after $((SECONDS - begin)) s"
  return $status
}

architectures=${UNKICK_ARCHITECTURES:-$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -1 | tr -d .)}
generator=$(command -v ninja >/dev/null && echo Ninja || echo 'Unix Makefiles')
step configure 30 cmake -S . -B "$build" -G "$generator" -DUNKICK_NODE=OFF -DUNKICK_CUDA=ON -DUNKICK_BENCH=ON \
  -DUNKICK_CUDA_ARCHITECTURES="${architectures:-90}"
step build 180 cmake --build "$build" --parallel "$(nproc)" --target unkick_cuda_test unkick_cuda_bench || exit 1

program=$build/native/bench/unkick_cuda_bench
cases=""
# bench NAME SECONDS ARGUMENTS...: one case of the benchmark.
bench() {
  local name=$1 limit=$2
  shift 2
  step "$name" "$limit" "$program" "$@" && cases+="${cases:+,}$(cat "$build/$name.out")"
}
step tests 90 "$build/native/test/unkick_cuda_test"
bench stages-1e6-64 60 --particles 1e6 --grid 64 --samples 30 --seconds 2
bench stages-1e6-128 60 --particles 1e6 --grid 128 --samples 30 --seconds 2
bench stages-1e6-256 60 --particles 1e6 --grid 256 --samples 20 --seconds 2
bench stages-1.6e7-64 60 --particles 1.6e7 --grid 64 --samples 20 --seconds 2
bench stages-6.4e7-64 60 --particles 6.4e7 --grid 64 --samples 10 --seconds 3
bench stages-1e4-32 60 --particles 1e4 --grid 32 --samples 50 --seconds 1
bench stages-1e5-32 60 --particles 1e5 --grid 32 --samples 50 --seconds 1
# One gradient of 1e9 macroparticles through 100 kicks takes 112 GB on the device and 112 on the host.
if (($(nvidia-smi --query-gpu=memory.free --format=csv,noheader,nounits 2>/dev/null | head -1 || echo 0) > 115000)); then
  bench billion 240 --particles 1e9 --grid 64 --kicks 100 --once
fi
# The slowest last: it takes what is left. One case of each kind of step, since each launch is a hundred times as slow.
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -1)
if [[ -n "$sanitizer" ]]; then
  step memcheck 120 "$sanitizer" --error-exitcode 9 --leak-check full "$build/native/test/unkick_cuda_test" "two kicks"
  step racecheck 120 "$sanitizer" --tool racecheck --error-exitcode 9 "$build/native/test/unkick_cuda_test" "drift, kick"
fi

printf '{"command":"bench/gpu.sh","date":"%s","commit":"%s","device":"%s","seconds":%d,"steps":[%s],"cases":[%s]}\n' "$(date -u +%FT%TZ)" \
  "$(git rev-parse HEAD 2>/dev/null)" "$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -1)" \
  $((SECONDS - started)) "$steps" "$cases" >"$out/gpu.json"
echo "$out/gpu.json"
