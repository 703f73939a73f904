#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/benchmark.hpp"
#include "bench/webhook_posts.hpp"

/// Prints rows of a table in Markdown; scripts/bench calls it, and says what they mean.
int main(int argc, char** argv) {
  CLI::App app("Measures scale-fleet on a Fleet");
  scale_fleet::BenchmarkSettings settings;
  settings.self = argv[0];
  settings.peak_memory = std::filesystem::path(argv[0]).replace_filename("peak_memory");
  int filling = 0;
  int connections = 1;
  std::string what;
  app.add_option("what", what)
      ->required()
      ->check(CLI::IsMember({"launch", "find", "memory", "put", "webhook"}));
  app.add_option("--program", settings.program);
  app.add_option("--one-by-one", settings.one_by_one);
  app.add_option("--endpoint", settings.endpoint)->required();
  app.add_option("--place", settings.place);
  app.add_option("--rounds", settings.rounds)->check(CLI::Range(1, 1000));
  app.add_option("--fill", filling, "Units of other services")->check(CLI::NonNegativeNumber);
  app.add_option("--connections", connections)->check(CLI::Range(1, 1000));
  scale_fleet::WebhookLoad load;
  int seconds = 20;
  int promised_ms = 2;
  app.add_option("--services", load.services)->check(CLI::Range(1, 9999));
  app.add_option("--rate", load.per_second, "Posts a second")->check(CLI::Range(1, 100'000));
  app.add_option("--seconds", seconds, "Of posts")->check(CLI::Range(1, 3600));
  app.add_option("--promised-median", promised_ms, "Milliseconds")->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    if (what == "put") {
      scale_fleet::put_instances(settings.endpoint, connections);
      return 0;
    }
    if (what == "webhook") {
      load.endpoint = settings.endpoint;
      load.place = settings.place;
      load.time = std::chrono::seconds(seconds);
      load.promised_median = std::chrono::milliseconds(promised_ms);
      const auto figures = scale_fleet::webhook_figures(load);
      fmt::print("{}", figures.rows);
      if (figures.keeps_promise) return 0;
      fmt::print(stderr, "bench: the median answer takes longer than {} ms\n", promised_ms);
      return 1;
    }
    scale_fleet::Benchmark benchmark(settings);
    benchmark.fill(filling);
    fmt::print("{}",
               what == "launch" ? benchmark.launch_rows()
               : what == "find" ? benchmark.find_rows()
                                : benchmark.memory_rows());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
}
