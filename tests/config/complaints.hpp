#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/config/declared_file.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// The complaints about a file, one a line, without the file's name in front of each; empty where
/// there is none.
inline std::string complaints(std::string_view text) {
  const auto file = parse_declared_file(text, "f.yaml");
  if (file) return "";
  CHECK(file.error().kind == ErrorKind::usage);
  std::string rest = file.error().message;
  for (std::size_t at = 0; (at = rest.find("f.yaml:", at)) != std::string::npos;)
    rest.erase(at, 7);
  return rest;
}

struct Mistaken {
  std::string text;
  std::string said;  ///< Every line of it, without the file's name.
};

inline void check_told(const std::vector<Mistaken>& rows) {
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(complaints(row.text) == row.said);
  }
}

/// The only line of complaint about a service, whose map is `body`, behind its place.
inline std::string service_complaint(const std::string& body) {
  const auto all = complaints(
      "etcd: {}\nprometheus: {url: 'http://p'}\nmetrics_file: m\n"
      "services:\n  web: " +
      body + "\n");
  const auto path = all.find(": ");
  return path == std::string::npos ? all : all.substr(path + 2);
}

struct BadService {
  std::string body;
  std::string said;  ///< Behind `services.web`.
};

inline void check_service(const std::vector<BadService>& rows) {
  for (const auto& row : rows) {
    INFO(row.body);
    CHECK(service_complaint(row.body) == "services.web" + row.said);
  }
}

/// The map of a service whose only rule is `rule`, besides its metric.
inline std::string with_rule(const std::string& rule) {
  return "{max: 9, scale_up: [{metric: {file: x}, " + rule + "}]}";
}

}  // namespace scale_fleet
