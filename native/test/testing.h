// As much of a test framework as these programs need: each test prints one line, a failed expectation ends
// its test, and the worst measured deviation is printed beside the tolerance that it is held to.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace unkick::testing {

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Tests whose name does not contain this are left out.
void runOnly(const std::string& part);
// Runs a test now and prints whether it passed, with its notes.
void test(const std::string& name, const std::function<void()>& body);
// Adds to the running test's line.
void note(const std::string& text);

void expect(bool condition, const std::string& what);
// |got - want| <= tolerance; a NaN fails.
void expectClose(double got, double want, double tolerance, const std::string& what);
// `deviation` <= tolerance, noted whatever it is.
void expectWithin(double deviation, double tolerance, const std::string& what);
// The body throws an Exception whose message contains `part`.
template <class Exception>
void expectThrow(const std::function<void()>& body, const std::string& part) {
  try {
    body();
  } catch (const Exception& error) {
    return expect(std::string(error.what()).find(part) != std::string::npos, std::string("the message says '") + part + "': " + error.what());
  }
  throw Failure("nothing was thrown that says '" + part + "'");
}

std::string number(double value);

// Prints the counts; the exit status of the program.
int summary();

}  // namespace unkick::testing
