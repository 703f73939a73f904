#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scale_fleet {

/// `text` as a scalar that YAML 1.1 and 1.2 both read as this text: bare where that is certain,
/// else between double quotes with every odd character escaped. yaml-cpp's own emitter leaves `yes`
/// and `010` bare.
std::string yaml_text(std::string_view text);

/// `{key: value, …}` and `[value, …]`, of values that are YAML already.
class FlowMap {
 public:
  void add(std::string_view key, std::string value);

  bool empty() const { return parts_.empty(); }

  std::string text() const;

 private:
  std::vector<std::string> parts_;
};

std::string flow_list(const std::vector<std::string>& values);

}  // namespace scale_fleet
