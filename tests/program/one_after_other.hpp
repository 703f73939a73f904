#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "program/program_world.hpp"

namespace scale_fleet {

/// How two scalers ended that a lock keeps apart.
struct TwoEnds {
  ProgramEnd first;
  std::optional<ProgramEnd> second;  ///< Empty where the first one ended before that turn.
  bool second_was_told = false;      ///< That it has to wait.
};

/// Runs `first` and, while its request of that turn is held back, starts `second`; the request goes
/// on when the second one has said `waiting` on stderr, or its time to say so is over.
inline TwoEnds run_one_after_other(FleetServer& fleet,
                                   std::size_t turn,
                                   const ProgramCall& first,
                                   const ProgramCall& second,
                                   const std::string& waiting) {
  using Started = std::pair<std::unique_ptr<RunningProgram>, bool>;
  std::promise<Started> promised;
  auto started = promised.get_future();
  fleet.watch(at_arrival(turn, [&] {
    auto program = std::make_unique<RunningProgram>(second);
    const bool was_told = program->wait_for_err(waiting);
    promised.set_value({std::move(program), was_told});
  }));
  TwoEnds ends{.first = run_program(first)};
  if (started.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return ends;
  const auto [program, was_told] = started.get();
  ends.second_was_told = was_told;
  ends.second = program->wait();
  return ends;
}

}  // namespace scale_fleet
