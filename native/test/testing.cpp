#include "testing.h"

#include <cmath>
#include <cstdio>

namespace unkick::testing {

namespace {

int passed = 0, failed = 0;
std::string wanted;
std::string notes;

}  // namespace

void runOnly(const std::string& part) { wanted = part; }

void test(const std::string& name, const std::function<void()>& body) {
  if (name.find(wanted) == std::string::npos) return;
  notes.clear();
  std::string problem;
  try {
    body();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  ++(problem.empty() ? passed : failed);
  std::printf("%s %s%s%s\n", problem.empty() ? "ok    " : "FAILED", name.c_str(), notes.c_str(),
              problem.empty() ? "" : (": " + problem).c_str());
  std::fflush(stdout);
}

void note(const std::string& text) { notes += (notes.empty() ? " — " : ", ") + text; }

void expect(bool condition, const std::string& what) {
  if (!condition) throw Failure("expected that " + what);
}

void expectClose(double got, double want, double tolerance, const std::string& what) {
  if (std::fabs(got - want) <= tolerance) return;
  throw Failure(what + " is " + number(got) + ", expected " + number(want) + " within " + number(tolerance));
}

void expectWithin(double deviation, double tolerance, const std::string& what) {
  note(what + " " + number(deviation));
  if (!(deviation <= tolerance)) throw Failure(what + " deviates by " + number(deviation) + ", allowed " + number(tolerance));
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

int summary() {
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace unkick::testing
