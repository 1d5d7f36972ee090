#include "json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace unkick::bench {

namespace {

std::string number(double value) {
  char text[32];
  const bool whole = value == std::floor(value) && std::fabs(value) < 1e15;  // bytes are compared
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.6g", value);
  return text;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "; ";
    else out += c;
  }
  return out + '"';
}

}  // namespace

Quartiles quartilesOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) { return values[std::min(values.size() - 1, static_cast<std::size_t>(share * values.size()))]; };
  return {at(0.25), at(0.5), at(0.75), static_cast<int>(values.size())};
}

Json& Json::raw(const std::string& part) {
  body_ += (body_.empty() ? "" : ",") + part;
  return *this;
}

Json& Json::field(const std::string& name, const Json& value) { return raw(quoted(name) + ":" + value.text()); }
Json& Json::field(const std::string& name, const std::string& value) { return raw(quoted(name) + ":" + quoted(value)); }
Json& Json::field(const std::string& name, double value) { return raw(quoted(name) + ":" + number(value)); }
Json& Json::field(const std::string& name, const Quartiles& value) {
  return field(name, Json::object().field("q1", value.q1).field("median", value.median).field("q3", value.q3).field("samples", value.samples));
}
Json& Json::element(const Json& value) { return raw(value.text()); }

}  // namespace unkick::bench
