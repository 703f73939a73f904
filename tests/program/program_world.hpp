#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "program/request_watch.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "support/holds.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

inline const UnitOptions my_app_options = {{"Service", "ExecStart", "/bin/app %i"}};

/// A unit that stands in Fleet before the program is run.
struct StandingUnit {
  std::string name;
  JobState desired_state = JobState::launched;
  UnitOptions options = my_app_options;
};

/// Where the Fleet of a test listens and how it fares.
struct FleetPlace {
  std::string listen = "127.0.0.1:0";
  std::string base_path = {};  ///< The API's paths stand behind it, nothing before.
  std::vector<std::string> faults = {};
  Duration start_delay = std::chrono::milliseconds(20);
  Duration other_delays = std::chrono::milliseconds(5);  ///< Of engine, agents and stopping.
  /// Passes in the cluster with each request, besides real time: the next look finds it settled,
  /// and the program has nothing to wait for.
  Duration time_per_request{0};
  Duration machine_ttl =
      std::chrono::seconds(30);  ///< Of one that was lost, until it is forgotten.
};

/// Where the next look finds everything settled, so that with `--settle 0` nobody waits.
inline const FleetPlace quick = {.start_delay = std::chrono::milliseconds(1),
                                 .other_delays = std::chrono::milliseconds(1),
                                 .time_per_request = std::chrono::milliseconds(5)};

/// A quick sandbox behind a real socket, and a count of what it is asked.
class FleetServer {
 public:
  explicit FleetServer(FleetPlace place = {});

  std::string endpoint() const { return server_->endpoint(); }

  /// Of the requests that come from now on.
  void watch(RequestWatch watch) { watched_.set(std::move(watch)); }

  /// A second address of the same cluster, which serves while a watch holds the first one back.
  /// `on_request` is told of each request, on the door's own thread, before it is served.
  std::unique_ptr<HttpServer> second_door(std::function<void(const HttpRequest&)> on_request =
                                              [](const HttpRequest&) {});

  /// Puts units into Fleet and lets the cluster settle, as it stood an hour ago.
  void stand(const std::vector<StandingUnit>& units);
  /// Lets time pass in the cluster, besides real time.
  void pass(Duration time);
  /// Every unit that Fleet lists, by name.
  std::vector<std::string> units();
  /// The same with all that Fleet knows of them.
  std::vector<Unit> unit_records();

  /// Looks into the cluster, or changes it, between two requests.
  template <typename Look>
  auto with(Look look) {
    const std::lock_guard guard(mutex_);
    return look(cluster_);
  }

  /// `METHOD path`, in the order of their arrival.
  std::vector<std::string> requests();
  /// Those that aren't GET.
  std::vector<std::string> writes();

 private:
  HttpReply handle(const HttpRequest& request);

  FleetPlace place_;
  std::mutex mutex_;
  SandboxCluster cluster_;
  SandboxApi api_{cluster_};
  FaultyApi faulty_;
  std::vector<std::string> requests_;
  Duration passed_with_requests_{0};
  WatchedHandler watched_;
  std::unique_ptr<HttpServer> server_;  // Last: it stops before what it serves goes.
};

/// A Fleet, and the program in an environment that knows nothing but that Fleet.
class ProgramWorld {
 public:
  explicit ProgramWorld(FleetPlace place = {}) : fleet(std::move(place)) {}

  /// A call of the program; `variables` are added to its environment, or take one away where empty.
  ProgramCall call(std::vector<std::string> arguments,
                   const std::map<std::string, std::string>& variables = {}) const;

  ProgramEnd run(std::vector<std::string> arguments,
                 const std::map<std::string, std::string>& variables = {}) const {
    return run_program(call(std::move(arguments), variables));
  }

  TemporaryFolder folder;
  FleetServer fleet;
};

/// `my_app@.service`, and launched instances of it with these numbers.
std::vector<StandingUnit> my_app_with(const std::vector<int>& numbers);

/// Units that share a name or a prefix with my_app's instances and are none: left alone always.
std::vector<StandingUnit> units_of_others();

/// 1, 2, … `count`.
std::vector<int> numbers_to(int count);

/// The words of a command line between its blanks.
std::vector<std::string> words(const std::string& line);

std::size_t lines_in(const std::string& text);

}  // namespace scale_fleet
