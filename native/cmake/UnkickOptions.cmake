# Compile options that every target of ours uses, through the interface target `unkick_options`.
#
# The inverse of a map subtracts the increment that the map added, to the bit (docs/mathematics.md), so both
# directions must round alike: no fast-math and no contraction of a*b+c into fma behind our back.

find_package(Threads REQUIRED) # before glibc 2.34 threads are a library of their own

add_library(unkick_options INTERFACE)
target_compile_features(unkick_options INTERFACE cxx_std_17)
target_include_directories(unkick_options INTERFACE "${PROJECT_SOURCE_DIR}/native")

set(UNKICK_ROUNDING_FLAGS -ffp-contract=off -fno-math-errno)
target_compile_options(unkick_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:${UNKICK_ROUNDING_FLAGS};-Wall;-Wextra;-Wpedantic;-fvisibility=hidden>)

# No -Wpedantic for the host side of CUDA files: the line directives that nvcc writes are a GCC extension.
string(JOIN "," UNKICK_CUDA_HOST_FLAGS ${UNKICK_ROUNDING_FLAGS} -Wall -Wextra -fvisibility=hidden)
target_compile_options(unkick_options INTERFACE
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;-Xcompiler=${UNKICK_CUDA_HOST_FLAGS}>)

if(UNKICK_WERROR)
  target_compile_options(unkick_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror>
    "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Werror all-warnings>")
endif()

if(UNKICK_SANITIZE)
  # At -O1: instrumented code takes minutes to compile above it.
  set(sanitizers -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_options(unkick_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${sanitizers}>)
  target_link_options(unkick_options INTERFACE ${sanitizers})
  # The resolvers that choose a clone run before the sanitizer is there.
  set(UNKICK_X86_LEVEL 1)
endif()
target_compile_definitions(unkick_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:UNKICK_X86_LEVEL=${UNKICK_X86_LEVEL}>)
