#include "config/declared_places.hpp"

namespace scale_fleet {

ReadFile read_dynamite_form(const YamlValue& root,
                            const std::filesystem::path&,
                            const FileExists&) {
  root.complain("Dynamite's form isn't read yet");
  return {};
}

}  // namespace scale_fleet
