#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "scale_fleet/daemon/state_store.hpp"

namespace scale_fleet {

/// Texts in a map, and an error for every call while one is set.
class MapStateStore : public StateStore {
 public:
  using Texts = std::map<std::string, std::string>;

  Result<Texts> read(std::string_view shelf) override {
    if (error) return tl::unexpected(*error);
    return shelves[std::string(shelf)];
  }

  Outcome write(std::string_view shelf, std::string_view name, std::string_view text) override {
    if (error) return tl::unexpected(*error);
    if (write_error) return tl::unexpected(*write_error);
    shelves[std::string(shelf)][std::string(name)] = text;
    ++writes;
    if (on_write) on_write();
    return {};
  }

  Outcome remove(std::string_view shelf, std::string_view name) override {
    if (error) return tl::unexpected(*error);
    if (removal_error) return tl::unexpected(*removal_error);
    shelves[std::string(shelf)].erase(std::string(name));
    ++removals;
    return {};
  }

  std::string display_place() const override { return "a map"; }

  std::map<std::string, Texts> shelves;
  std::optional<Error> error;
  std::optional<Error> write_error;  ///< Of writing alone.
  std::optional<Error> removal_error;
  int writes = 0;
  std::function<void()> on_write;
  int removals = 0;
};

}  // namespace scale_fleet
