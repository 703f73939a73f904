#include "scale_fleet/platform/signal_stop_request.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace scale_fleet {
namespace {

using Ticks = std::chrono::steady_clock::rep;

// What a signal handler may touch: lock-free atomics, and a clock that POSIX allows it to read
// (clock_gettime, signal-safety(7)).
std::atomic<int> received_signal = 0;
std::atomic<int> descriptor_to_wake = -1;
std::atomic<SignalStopRequest::Now> now_of_handler = nullptr;
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<Ticks>::is_always_lock_free);
static_assert(std::atomic<SignalStopRequest::Now>::is_always_lock_free);

/// When the first SIGINT, the first SIGTERM arrived; `never` before.
constexpr Ticks never = std::numeric_limits<Ticks>::min();
std::atomic<Ticks> first_interrupt = never;
std::atomic<Ticks> first_terminate = never;

std::atomic<Ticks>& first_arrival(int number) {
  return number == SIGINT ? first_interrupt : first_terminate;
}

void wake_descriptor_number(int descriptor) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

/// Not even a hanging program survives it: the signal is pending until the handler returns, and has
/// its default effect then.
void die_of(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}

extern "C" void record_signal(int number) {
  const int saved_errno = errno;
  const Ticks now = now_of_handler.load()().time_since_epoch().count();
  auto first = never;
  if (!first_arrival(number).compare_exchange_strong(first, now)) {
    constexpr Ticks echo = std::chrono::steady_clock::duration(SignalStopRequest::echo).count();
    if (now - first > echo) die_of(number);
  }
  int none = 0;
  received_signal.compare_exchange_strong(none, number);
  wake_descriptor_number(descriptor_to_wake);
  errno = saved_errno;
}

void install(int number, const struct sigaction& former) {
  struct sigaction ours {};

  ours.sa_handler = record_signal;
  ours.sa_flags = SA_RESTART;
  sigemptyset(&ours.sa_mask);
  if (former.sa_handler != SIG_IGN) ::sigaction(number, &ours, nullptr);
}

void forget_arrivals() {
  received_signal = 0;
  first_interrupt = never;
  first_terminate = never;
}

}  // namespace

SignalStopRequest::SignalStopRequest(Now now) : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_.is_open()) {
    throw std::system_error(errno, std::generic_category(), "cannot prepare for signals");
  }
  int none = -1;
  if (!descriptor_to_wake.compare_exchange_strong(none, wake_.number())) {
    throw std::logic_error("a second SignalStopRequest while the first one lives");
  }
  now_of_handler = now;
  forget_arrivals();
  ::sigaction(SIGINT, nullptr, &former_interrupt_);
  ::sigaction(SIGTERM, nullptr, &former_terminate_);
  install(SIGINT, former_interrupt_);
  install(SIGTERM, former_terminate_);

  struct sigaction ignore {};

  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &former_pipe_);
}

SignalStopRequest::~SignalStopRequest() {
  ::sigaction(SIGINT, &former_interrupt_, nullptr);
  ::sigaction(SIGTERM, &former_terminate_, nullptr);
  ::sigaction(SIGPIPE, &former_pipe_, nullptr);
  descriptor_to_wake = -1;
}

std::optional<int> SignalStopRequest::signal() const {
  const int number = received_signal;
  return number == 0 ? std::nullopt : std::optional(number);
}

void SignalStopRequest::forget() {
  forget_arrivals();
  drain();
}

void SignalStopRequest::drain() const {
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto read = ::read(wake_.number(), &wakes, sizeof wakes);
}

void SignalStopRequest::wake() const {
  wake_descriptor_number(wake_.number());
}

}  // namespace scale_fleet
