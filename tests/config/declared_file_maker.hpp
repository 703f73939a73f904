#pragma once

#include <string>

#include "scale_fleet/config/declared_file.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {

/// Makes any declared files that are good, from chance.
class DeclaredFileMaker {
 public:
  explicit DeclaredFileMaker(RandomSource& random) : random_(random) {}

  DeclaredFile file();

 private:
  DeclaredService service(std::size_t place);
  ServicePolicy policy();
  RemoteRule remote();
  DeclaredNodes nodes(std::size_t place);
  ApiAccess api();
  NoticePlaces notices();
  std::vector<ThresholdRule> rules(std::string_view direction);
  ThresholdRule rule(std::string path, Comparison comparison);
  TargetRule target(std::string path);
  std::vector<ScheduleWindow> schedule(const ServicePolicy& policy);
  Metric metric();
  Adjustment adjustment();
  Aggregation aggregation(bool of_target);
  WithoutData without_data();
  std::string text();
  std::string word();
  double number();
  Millis span(int least = 1);
  std::filesystem::path path();

  bool once_in(int times) { return random_.below(static_cast<std::uint64_t>(times)) == 0; }

  RandomSource& random_;
};

}  // namespace scale_fleet
