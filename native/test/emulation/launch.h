// Runs a kernel on the host: block after block, and inside a block every thread on a stack of its own, on
// one thread of the operating system. A thread runs until it ends or waits at a barrier, and a warp as far
// ahead of the others as barriers let it; which goes first is a choice, so that a barrier that is missing
// changes the result in one order or another. There is no lockstep inside a warp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace unkick::emulation {

enum class Order { Ascending, Descending, Shuffled };
// For the launches that follow, in all threads of the process.
void setOrder(Order order, unsigned seed = 1);

// Throws std::logic_error, naming the kernel, for a launch that a device would refuse and for a barrier that
// not all threads reach.
void launch(const char* kernel, std::int64_t blocks, int threads, std::size_t sharedBytes, const std::function<void()>& body);

// Called by threads of the kernel that runs.
void syncBlock(const char* file, int line);
double shuffleDown(unsigned mask, double value, unsigned offset);

// How often each kernel was launched in this process, by name.
std::int64_t launches(const std::string& kernel);
// All of them, and what else the back end asked of the device: "FFT", "copy", "fill".
std::map<std::string, std::int64_t> launches();
// The most shared memory that a launch of each kernel asked for, bytes.
std::map<std::string, std::size_t> sharedMemory();
// Counts such another request.
void countRequest(const char* what);

// Device memory allocated now.
std::size_t allocatedBytes();
// Parts of the next allocation, as offset and length, that nobody may touch.
void guardNextAllocation(const std::vector<std::pair<std::size_t, std::size_t>>& parts);
// Guarded bytes that were found written when their memory was freed, in this process.
std::int64_t guardedBytesWritten();
// Reported work area of an FFT plan, in units of the transform's own data; 1 unless set. For tests of what
// happens where cuFFT wants more than is planned.
void setFftWorkFactor(double factor);

}  // namespace unkick::emulation
