#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/commands/applier.hpp"
#include "support/scale_world.hpp"

namespace scale_fleet {

/// Another text than plain_options().
inline UnitOptions new_options() {
  return {{.section = "Unit", .name = "Description", .value = "my new app %i"},
          {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 200000"}};
}

/// A step that replaces an instance of my_app; by the plan's options where it is given none.
inline Step replacing(InstanceNumber number, const UnitOptions& options) {
  return {.action = Action::replace,
          .unit = ScaleWorld::unit(number),
          .reason = {},
          .options = options.empty() ? nullptr : std::make_shared<const UnitOptions>(options)};
}

inline Step stopping(Step step) {
  step.stop_first = true;
  return step;
}

/// A sandbox for the applier alone, which remembers what each unit has lived through.
class ApplierWorld : public ScaleWorld {
 public:
  using ScaleWorld::ScaleWorld;

  /// Carries out the steps of a plan whose units are made of plain_options().
  std::vector<Change> apply(const std::vector<Step>& steps, ScaleOptions options = {}) {
    const ScalePlan plan{.service = *Service::parse("my_app"),
                         .steps = steps,
                         .kept = {},
                         .options = plain_options(),
                         .left_alone = {},
                         .notices = {}};
    std::vector<Change> changes;
    for (const auto& step : steps)
      changes.push_back({.step = step, .location = {}});
    sandbox.after_event = [this] { note_states(); };
    note_states();
    Applier(world(), options).apply(plan, changes);
    return changes;
  }

  /// Lets so much time pass, as the cluster comes by it.
  void live(Duration duration) { sandbox.pass(duration); }

  /// What systemd said of the instance, one word after the other; `gone` where its row went.
  std::vector<std::string> lived(InstanceNumber number) { return lives_[unit(number)]; }

  std::optional<UnitState> row(InstanceNumber number) {
    const auto rows = sandbox.cluster.states({.unit = unit(number)}, {.first = 0, .count = 1});
    return rows.items.empty() ? std::nullopt : std::optional(rows.items.front());
  }

  UnitOptions options_of(InstanceNumber number) {
    const auto found = sandbox.cluster.unit(unit(number));
    return found ? found->options : UnitOptions{};
  }

  std::optional<JobState> wanted_state(InstanceNumber number) {
    const auto found = sandbox.cluster.unit(unit(number));
    return found ? found->desired_state : std::nullopt;
  }

  /// The requests that name one unit: `PUT my_app@1.service launched+options`.
  std::vector<std::string> sent() const {
    const std::string units = "/fleet/v1/units/";
    std::vector<std::string> all;
    for (const auto& request : http.requests()) {
      if (!request.target.starts_with(units)) continue;
      auto name = request.target.substr(units.size());
      if (const auto at = name.find("%40"); at != std::string::npos) name.replace(at, 3, "@");
      auto line = request.method + " " + name;
      for (const auto* state : {"inactive", "loaded", "launched"}) {
        if (request.body.find("\"" + std::string(state) + "\"") != std::string::npos)
          line += " " + std::string(state);
      }
      if (request.body.find("\"options\"") != std::string::npos) line += "+options";
      all.push_back(std::move(line));
    }
    return all;
  }

  std::vector<std::string> writes() const {
    auto all = sent();
    std::erase_if(all, [](const std::string& line) { return line.starts_with("GET"); });
    return all;
  }

 private:
  void note_states() {
    std::map<std::string, std::string> words;
    for (const auto& row : sandbox.cluster.states({}, {.first = 0, .count = 1'000}).items)
      words[row.unit] = row.active;
    for (const auto& [name, life] : lives_)
      words.try_emplace(name, "gone");
    for (const auto& [name, word] : words) {
      auto& life = lives_[name];
      if (life.empty() || life.back() != word) life.push_back(word);
    }
  }

  std::map<std::string, std::vector<std::string>> lives_;
};

}  // namespace scale_fleet
