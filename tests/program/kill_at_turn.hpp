#pragma once

#include <signal.h>
#include <sys/wait.h>

#include <future>

#include "program/request_watch.hpp"

namespace scale_fleet {

enum class Moment { before_acting, after_acting };

/// Kills the program at one turn of its requests; the turn goes on when it is dead, whatever it had
/// in flight besides. A request that wasn't acted upon before it died never is.
class Killer {
 public:
  RequestWatch watch(Moment moment, std::size_t turn) {
    return {.on_arrival =
                [=, this](std::size_t now) {
                  const bool is_time = moment == Moment::before_acting && now == turn;
                  if (is_time) kill();
                  return !is_time;
                },
            .on_acted =
                [=, this](std::size_t now) {
                  if (moment == Moment::after_acting && now == turn) kill();
                }};
  }

  /// To be called as soon as the program runs: until then that turn waits.
  void set_victim(pid_t pid) { victim_.set_value(pid); }

 private:
  void kill() {
    const auto pid = victim_.get_future().get();
    ::kill(pid, SIGKILL);
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT);
  }

  std::promise<pid_t> victim_;
};

}  // namespace scale_fleet
