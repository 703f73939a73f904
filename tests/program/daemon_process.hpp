#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "program/program_world.hpp"

namespace scale_fleet {

/// Wakes a test whenever a server has answered somebody.
class Answers {
 public:
  RequestWatch watch() {
    return {.on_acted = [this](std::size_t) {
      const std::scoped_lock lock(mutex_);
      ++count_;
      changed_.notify_all();
    }};
  }

  /// Looks after every answer until `is_so`; false after a minute.
  bool bring_about(const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      std::unique_lock lock(mutex_);
      const auto seen = count_;
      lock.unlock();
      if (is_so()) return true;
      lock.lock();
      if (!changed_.wait_until(lock, until, [&] { return count_ != seen; })) return false;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

/// A Fleet with my_app's template, and a folder with a declared file for daemons that keep it.
class DaemonProcessWorld {
 public:
  explicit DaemonProcessWorld(FleetPlace place = quick) : world(std::move(place)) {
    world.fleet.stand(my_app_with({}));
    world.fleet.watch(answers_.watch());
  }

  /// Looks whenever Fleet has answered, until `is_so`; a daemon asks it again and again.
  bool comes_true(const std::function<bool()>& is_so) { return answers_.bring_about(is_so); }

  /// Writes the file: the top level lines, then the services' lines.
  void declare(const std::string& services, const std::string& top = "interval: 100ms\n") {
    world.folder.write("services.yaml",
                       top + "state: " + world.folder.path("state") + "\nlisten: 127.0.0.1:0\n" +
                           "services:\n" + services);
  }

  ProgramCall call(std::vector<std::string> arguments,
                   const std::map<std::string, std::string>& variables = {}) const {
    return world.call(std::move(arguments), variables);
  }

  ProgramCall run_call(const std::vector<std::string>& options = {},
                       const std::map<std::string, std::string>& variables = {}) const {
    std::vector<std::string> arguments{"run", world.folder.path("services.yaml")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return call(std::move(arguments), variables);
  }

  std::size_t instances() {
    std::size_t count = 0;
    for (const auto& unit : world.fleet.units())
      count += unit.starts_with("my_app@") && unit != "my_app@.service" ? 1U : 0U;
    return count;
  }

  bool comes_to(std::size_t count) {
    return comes_true([&] { return instances() == count; });
  }

  ProgramWorld world;

 private:
  Answers answers_;
};

}  // namespace scale_fleet
