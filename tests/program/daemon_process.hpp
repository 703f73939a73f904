#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "program/program_world.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// Wakes a test whenever a server has answered somebody.
class Answers {
 public:
  RequestWatch watch() {
    return {.on_acted = [this](std::size_t) { wake(); }};
  }

  void wake() {
    const std::scoped_lock lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  /// Looks after every answer until `is_so`; false after half a minute.
  bool bring_about(const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
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

/// Sends a signal once and waits for the end: a second one of the same kind would kill.
inline ProgramEnd ended_by(int signal, RunningProgram& program) {
  program.send(signal);
  return program.wait();
}

/// A Fleet with my_app's template, and a folder with a declared file for daemons that keep it.
class DaemonProcessWorld {
  Answers answers_;  // First: the servers tell it of their answers until they have stopped.

 public:
  explicit DaemonProcessWorld(FleetPlace place = quick) : world(std::move(place)) {
    world.fleet.stand(my_app_with({}));
    world.fleet.watch(answers_.watch());
  }

  /// Looks whenever Fleet has answered, until `is_so`; a daemon asks it again and again.
  bool comes_true(const std::function<bool()>& is_so) { return answers_.bring_about(is_so); }

  /// Lets comes_true() look, where somebody else knows that something has changed.
  void wake() { answers_.wake(); }

  /// Writes the file: the top level lines, then the services' lines. The state is in the folder,
  /// unless the lines say otherwise.
  void declare(const std::string& services, const std::string& top = "interval: 1s\n") {
    world.folder.write("services.yaml",
                       top + (holds(top, "state: ") ? "" : "state: state\n") +
                           "listen: 127.0.0.1:0\nservices:\n" + services);
  }

  ProgramCall call(std::vector<std::string> arguments,
                   const std::map<std::string, std::string>& variables = {}) const {
    return world.call(std::move(arguments), variables);
  }

  ProgramCall run_call(const std::vector<std::string>& options = {},
                       const std::map<std::string, std::string>& variables = {}) const {
    std::vector<std::string> arguments{"run", file()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return call(std::move(arguments), variables);
  }

  std::string file() const { return world.folder.path("services.yaml"); }

  /// Of my_app, by name.
  std::vector<std::string> instance_names() {
    auto names = world.fleet.units();
    std::erase_if(names, [](const std::string& unit) {
      return !unit.starts_with("my_app@") || unit == "my_app@.service";
    });
    return names;
  }

  std::size_t instances() { return instance_names().size(); }

  bool comes_to(std::size_t count) {
    return comes_true([&] { return instances() == count; });
  }

  ProgramWorld world;
};

/// What a daemon answers at a path; empty where it doesn't.
inline std::string ask(const std::string& endpoint, const std::string& path) {
  const SignalStopRequest signals;
  const SystemClock clock(signals);
  const auto client = make_curl_http_client({.endpoint = *Endpoint::parse(endpoint)}, clock);
  (*client)->start(1, {.target = path});
  const auto ended = (*client)->wait(clock.now() + std::chrono::seconds(10));
  return ended.empty() || !ended.front().result ? std::string() : ended.front().result->body;
}

/// Where a daemon says that it listens, with TLS or without.
inline std::string endpoint_of(RunningProgram& daemon) {
  REQUIRE(daemon.wait_for_err("listening on http"));
  return daemon.wait_for_err_line("listening on ").value_or("");
}

}  // namespace scale_fleet
