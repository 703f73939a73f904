#include "scale_fleet/platform/reload_request.hpp"

#include <atomic>
#include <cerrno>
#include <stdexcept>

namespace scale_fleet {
namespace {

// What the handler touches; write() in wake() is allowed there (signal-safety(7)).
std::atomic<bool> hangup_came = false;
std::atomic<const SignalStopRequest*> stop_to_wake = nullptr;
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<const SignalStopRequest*>::is_always_lock_free);

extern "C" void record_hangup(int) {
  const int saved_errno = errno;
  hangup_came = true;
  if (const auto* stop = stop_to_wake.load()) stop->wake();
  errno = saved_errno;
}

}  // namespace

ReloadRequest::ReloadRequest(const SignalStopRequest& stop) {
  const SignalStopRequest* none = nullptr;
  if (!stop_to_wake.compare_exchange_strong(none, &stop))
    throw std::logic_error("a second ReloadRequest while the first one lives");
  hangup_came = false;

  struct sigaction ours {};

  ours.sa_handler = record_hangup;
  ours.sa_flags = SA_RESTART;
  sigemptyset(&ours.sa_mask);
  ::sigaction(SIGHUP, &ours, &former_);
}

ReloadRequest::~ReloadRequest() {
  ::sigaction(SIGHUP, &former_, nullptr);
  stop_to_wake = nullptr;
}

bool ReloadRequest::take() {
  return hangup_came.exchange(false);
}

}  // namespace scale_fleet
