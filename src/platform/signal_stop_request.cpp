#include "scale_fleet/platform/signal_stop_request.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace scale_fleet {
namespace {

// What a signal handler may touch: lock-free atomics and nothing else.
std::atomic<int> received_signal = 0;
std::atomic<int> descriptor_to_wake = -1;
static_assert(std::atomic<int>::is_always_lock_free);

void wake_descriptor_number(int descriptor) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

extern "C" void record_signal(int number) {
  const int saved_errno = errno;
  int none = 0;
  received_signal.compare_exchange_strong(none, number);
  wake_descriptor_number(descriptor_to_wake);
  errno = saved_errno;
}

/// SA_RESETHAND makes the kernel restore the default effect before our handler runs, so that not
/// even a hanging program survives the second signal.
void install(int number, const struct sigaction& former) {
  struct sigaction ours {};

  ours.sa_handler = record_signal;
  ours.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigemptyset(&ours.sa_mask);
  if (former.sa_handler != SIG_IGN) ::sigaction(number, &ours, nullptr);
}

}  // namespace

SignalStopRequest::SignalStopRequest() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_.is_open()) {
    throw std::system_error(errno, std::generic_category(), "cannot prepare for signals");
  }
  int none = -1;
  if (!descriptor_to_wake.compare_exchange_strong(none, wake_.number())) {
    throw std::logic_error("a second SignalStopRequest while the first one lives");
  }
  received_signal = 0;
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
  received_signal = 0;
  drain();
  install(SIGINT, former_interrupt_);
  install(SIGTERM, former_terminate_);
}

void SignalStopRequest::drain() const {
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto read = ::read(wake_.number(), &wakes, sizeof wakes);
}

void SignalStopRequest::wake() const {
  wake_descriptor_number(wake_.number());
}

}  // namespace scale_fleet
