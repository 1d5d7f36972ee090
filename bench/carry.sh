#!/usr/bin/env bash
# Packs what bench/gpu.sh can use on a GPU machine that nothing can be downloaded to: Node, the npm packages that the test suite
# needs, FFTW for the CPU back end that results are compared with, and the golden cases. Run it where npm run setup has run; take
# the folder .carry along with the checkout (about 50 MB). Both machines must be x86-64 Linux.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .carry
golden=${UNKICK_GOLDEN:-../shared/golden}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/fftw/include" "$tree/fftw/lib"
cp "$(command -v node)" "$tree/node"
cp "$(printf '#include <fftw3.h>\n' | cc -E - | sed -n 's/^# [0-9]* "\(.*fftw3\.h\)".*/\1/p' | head -1)" "$tree/fftw/include/"
library=$(ldconfig -p | sed -n 's/.*libfftw3\.so\.3 .*=> //p' | head -1)
cp -L "$library" "$tree/fftw/lib/libfftw3.so.3"
ln -s libfftw3.so.3 "$tree/fftw/lib/libfftw3.so"
[[ -d "$golden" ]] && cp -r "$golden" "$tree/golden"
tar -cJhf .carry/gpu.tar.xz -C "$tree" . -C "$PWD" --exclude=@biomejs --exclude=typescript --exclude=typedoc --exclude=@shikijs \
  --exclude='*.map' node_modules
ls -l .carry/gpu.tar.xz
