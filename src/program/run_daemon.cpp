#include <malloc.h>

#include "program/console.hpp"
#include "program/daemon_process.hpp"

namespace scale_fleet {
namespace {

/// glibc gives threads a heap of their own and seldom takes it back. Actions wait for Fleet, not
/// for memory: one heap serves all, and keeps the daemon of a big cluster smaller by a quarter.
void share_one_heap() {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace

Result<int> run_daemon(const Invocation& invocation) {
  auto arguments = read_run_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  share_one_heap();
  return DaemonProcess(invocation, std::move(*arguments)).run();
}

}  // namespace scale_fleet
