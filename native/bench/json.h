// As much JSON as the results need.
#pragma once

#include <string>
#include <vector>

namespace unkick::bench {

struct Quartiles {
  double q1, median, q3;
  int samples;
};
Quartiles quartilesOf(std::vector<double> values);

// An object or an array under construction.
class Json {
 public:
  static Json object() { return Json('{', '}'); }
  static Json array() { return Json('[', ']'); }

  Json& field(const std::string& name, const Json& value);
  Json& field(const std::string& name, const std::string& value);
  Json& field(const std::string& name, double value);
  Json& field(const std::string& name, const Quartiles& value);
  Json& element(const Json& value);
  std::string text() const { return open_ + body_ + close_; }

 private:
  Json(char open, char close) : open_(1, open), close_(1, close) {}
  Json& raw(const std::string& part);

  std::string open_, body_, close_;
};

}  // namespace unkick::bench
