#include "bench/benchmark.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/timed_process.hpp"

namespace scale_fleet {
namespace {

using Figures = std::vector<double>;  // One for each round.

const std::string service = "bench-m";
const std::string template_name = "bench-m@.service";
constexpr int instance_count = 90;
constexpr int many_connections = 16;

/// No machine has this metadata: the API's work is measured, and no process is started.
UnitOptions options() {
  return {{.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"},
          {.section = "X-Fleet", .name = "MachineMetadata", .value = "bench=nowhere"}};
}

Endpoint parse_endpoint(const std::string& url) {
  auto endpoint = Endpoint::parse(url);
  if (!endpoint) throw std::runtime_error(endpoint.error().message);
  return *endpoint;
}

TimedProcess run(const std::vector<std::string>& words) {
  auto ended = run_timed(words);
  if (ended.exit_code != 0) throw std::runtime_error(words.front() + " failed: " + ended.err);
  return ended;
}

double median(Figures figures) {
  std::ranges::sort(figures);
  const auto middle = figures.size() / 2;
  return figures.size() % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
}

std::string milliseconds(const Figures& seconds) {
  return fmt::format("{:.0f} ms", median(seconds) * 1000);
}

/// The median of the ratios within each round.
std::string ratio(const Figures& of, const Figures& to) {
  Figures ratios;
  for (std::size_t i = 0; i < of.size(); ++i)
    ratios.push_back(of[i] / to[i]);
  return fmt::format("{:.2f}", median(ratios));
}

std::string row(const std::string& what, const std::string& figure, const std::string& compared) {
  return fmt::format("{} | {} | {} |\n", what, figure, compared);
}

/// The rows of one place.
std::string at_place(const std::string& place, const std::vector<std::string>& rows) {
  std::string text;
  for (const auto& each : rows)
    text += fmt::format("| {} | {}", place, each);
  return text;
}

std::vector<std::string> instance_names() {
  std::vector<std::string> names;
  for (int i = 1; i <= instance_count; ++i)
    names.push_back(fmt::format("{}@{}.service", service, i));
  return names;
}

}  // namespace

void put_instances(const std::string& endpoint, int connections) {
  BareRequests(parse_endpoint(endpoint))
      .put(instance_names(), options(), JobState::launched, connections);
}

Benchmark::Benchmark(BenchmarkSettings settings)
    : settings_(std::move(settings)),
      bare_(parse_endpoint(settings_.endpoint)),
      instances_(instance_names()) {
  bare_.destroy(instances_, many_connections);
  bare_.put({template_name}, options(), JobState::inactive, 1);
}

Benchmark::~Benchmark() {
  try {
    bare_.destroy(instances_, many_connections);
    bare_.destroy({template_name}, 1);
    bare_.destroy(others_, many_connections);
  } catch (const std::exception& error) {
    fmt::print(stderr, "units of the benchmark are left over: {}\n", error.what());
  }
}

void Benchmark::fill(int units) {
  for (int i = 0; i < units; ++i)
    others_.push_back(fmt::format("bench-{}_{:06}@1.service", i % 2 == 0 ? 'a' : 'z', i));
  bare_.put(others_, options(), JobState::inactive, many_connections);
}

std::string Benchmark::launch_rows() {
  const std::vector<std::string> ways{"scale-fleet", "script", "1", "4", "16", "64"};
  std::map<std::string, Figures> seconds;
  for (int round = 0; round < settings_.rounds; ++round) {
    for (const auto& way : ways) {
      bare_.destroy(instances_, many_connections);
      seconds[way].push_back(launch(way));
    }
  }
  bare_.destroy(instances_, many_connections);
  const auto requests =
      requests_of({service, std::to_string(instance_count), "--no-block", "--quiet"});
  const auto& bare = seconds["16"];
  std::vector<std::string> rows{
      row(fmt::format("launch 90 instances: `scale-fleet SERVICE 90 --no-block` ({} requests)",
                      requests),
          milliseconds(seconds["scale-fleet"]),
          ratio(seconds["scale-fleet"], bare)),
      row("the same one by one, with curl and jq",
          milliseconds(seconds["script"]),
          ratio(seconds["script"], bare))};
  for (const std::string connections : {"1", "4", "16", "64"}) {
    rows.push_back(row("the same as 90 bare PUTs, connections: " + connections,
                       milliseconds(seconds[connections]),
                       connections == "16" ? "yardstick" : ratio(seconds[connections], bare)));
  }
  rows.push_back(row("scale-fleet, compared with curl and jq",
                     "",
                     ratio(seconds["scale-fleet"], seconds["script"])));
  return at_place(settings_.place, rows);
}

std::string Benchmark::find_rows() {
  const std::vector<std::string> dry_run{service, "6", "--dry-run"};
  const std::vector<std::string> status{"status", service};
  const std::vector<std::string> launch_all{service, std::to_string(instance_count), "--no-block"};
  const auto keep_five = [this] {
    bare_.destroy(instances_, many_connections);
    bare_.put({instances_.begin(), instances_.begin() + 5}, options(), JobState::launched, 1);
  };
  Figures walk;
  Figures find;
  Figures status_seconds;
  Figures launching;
  int pages = 0;
  for (int round = 0; round < settings_.rounds; ++round) {
    keep_five();
    const auto walked = bare_.walk_units();
    pages = walked.requests;
    walk.push_back(walked.time.count());
    find.push_back(run_program(dry_run));
    status_seconds.push_back(run_program(status));
    launching.push_back(run_program(launch_all));
  }
  keep_five();
  return at_place(
      settings_.place,
      {row(fmt::format("find 5 instances: a walk over all pages ({} requests)", pages),
           milliseconds(walk),
           "yardstick"),
       row(fmt::format("the same: `scale-fleet SERVICE 6 --dry-run` ({} requests)",
                       requests_of(dry_run)),
           milliseconds(find),
           ratio(find, walk)),
       row(fmt::format("`scale-fleet status SERVICE` ({} requests)", requests_of(status)),
           milliseconds(status_seconds),
           ratio(status_seconds, walk)),
       row(fmt::format("5 to 90: `scale-fleet SERVICE 90 --no-block` ({} requests)",
                       requests_of(launch_all)),
           milliseconds(launching),
           ratio(launching, walk))});
}

std::string Benchmark::memory_rows() {
  std::vector<double> megabytes;
  std::vector<double> starts;
  for (int round = 0; round < settings_.rounds; ++round) {
    bare_.destroy(instances_, many_connections);
    const std::vector<std::string> words{
        settings_.peak_memory, settings_.program, service, "90", "--no-block"};
    megabytes.push_back(std::stod(run(with_endpoint(words)).err) / 1024);
    starts.push_back(run({settings_.program, "--version"}).wall.count());
  }
  return at_place(
      settings_.place,
      {row("most memory resident, `scale-fleet SERVICE 90 --no-block`",
           fmt::format("{:.1f} MB", *std::ranges::max_element(megabytes)),
           ""),
       row("`scale-fleet --version`", fmt::format("{:.1f} ms", median(starts) * 1000), "")});
}

std::vector<std::string> Benchmark::with_endpoint(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--endpoint", settings_.endpoint});
  return arguments;
}

double Benchmark::run_program(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), settings_.program);
  return run(with_endpoint(std::move(arguments))).wall.count();
}

int Benchmark::requests_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), settings_.program);
  arguments.emplace_back("--debug");
  const auto shown = run(with_endpoint(std::move(arguments))).err;
  int requests = 0;
  for (std::size_t line = 0; line != std::string::npos && line < shown.size();) {
    requests += shown.compare(line, 2, "> ") == 0 ? 1 : 0;
    line = shown.find('\n', line);
    if (line != std::string::npos) ++line;
  }
  return requests;
}

double Benchmark::launch(const std::string& how) {
  const auto count = std::to_string(instance_count);
  if (how == "scale-fleet") return run_program({service, count, "--no-block"});
  if (how == "script") {
    return run({settings_.one_by_one, settings_.endpoint, service, count}).wall.count();
  }
  return run({settings_.self, "put", "--endpoint", settings_.endpoint, "--connections", how})
      .wall.count();
}

}  // namespace scale_fleet
