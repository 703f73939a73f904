#include "scale_fleet/commands/show_config.hpp"

#include <sstream>

#include <fmt/format.h>

#include "commands/json_text.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

std::string config_check_text(const DeclaredFile& file) {
  return fmt::format(
      "{}: fine, {}\n", printable(file.path.string()), counted(file.services.size(), "service"));
}

std::string config_check_json(const std::string& file, const Result<DeclaredFile>& declared) {
  Json services = Json::array();
  Json mistakes = Json::array();
  if (declared) {
    for (const auto& service : declared->services)
      services.push_back(service.service.display_name());
  } else {
    std::istringstream lines(declared.error().message);
    for (std::string line; std::getline(lines, line);)
      mistakes.push_back(line);
  }
  const auto error = declared ? std::nullopt : std::optional(declared.error());
  return document_text({{"status", declared ? "fine" : "failed"},
                        {"file", file},
                        {"services", std::move(services)},
                        {"mistakes", std::move(mistakes)},
                        {"error", error_json(error)}});
}

std::string config_show_json(const DeclaredFile& file) {
  return document_text({{"status", "fine"},
                        {"file", file.path.string()},
                        {"form", file.form == DeclaredFile::Form::own ? "own" : "dynamite"},
                        {"text", show_declared_file(file)},
                        {"error", nullptr}});
}

}  // namespace scale_fleet
