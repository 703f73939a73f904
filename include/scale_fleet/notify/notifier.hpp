#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/notify/notice.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// What has become of the notices for one place since the start.
struct NoticeCounts {
  std::string place;          ///< `slack`, `alertmanager`
  std::uint64_t sent = 0;     ///< The place said that it has them.
  std::uint64_t failed = 0;   ///< Given up.
  std::uint64_t dropped = 0;  ///< Never tried: too many waited.

  bool operator==(const NoticeCounts&) const = default;
};

/// Tells people what was done. Callable on any thread.
class Notifier {
 public:
  Notifier() = default;
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  virtual ~Notifier() = default;

  /// Returns at once: the notice goes to every place later, or is lost if it can't.
  virtual void tell(const Notice& notice) noexcept = 0;

  /// Of each place.
  virtual std::vector<NoticeCounts> counts() const = 0;
};

/// Who is told, and how patiently.
struct NotifyPlaces {
  std::optional<std::string> slack;  ///< URL of an incoming webhook: a secret.
  TlsFiles slack_tls;
  std::optional<std::string> alertmanager;  ///< URL, without /api/v2.
  TlsFiles alertmanager_tls;
  Millis timeout{10'000};       ///< Of one sending, with its repetitions and their pauses.
  Millis alert_lasts{10'000};   ///< From the sending of an alert to its end.
  Millis farewell{2'000};       ///< At destruction, for what still waits.
  std::size_t waiting = 1'000;  ///< Notices that wait for one place; of more the oldest go.
};

/// Sends notices to each place on a thread of its own, so that one that hangs holds up no other.
/// What comes to nothing by the connection, by 429 (whose Retry-After is heeded) or by a 5xx is
/// repeated a few times within the timeout; a reply that is lost on the way means a notice that
/// comes twice. What another reply refuses is given up. Alertmanager gets in one POST what waits.
///
/// `on_trouble` is told, in a sentence for people, what failed: each kind of trouble of a place
/// once, until something was sent there again. It is called on threads of the notifier's, one call
/// at a time, and must not throw. The Slack URL is in none of its sentences but for the host.
/// `seed` is the chance in the pauses; `clock` outlives the notifier, and its now() and `wall_time`
/// may be called on any thread.
///
/// Without a place nobody is told. Errors are ErrorKind::usage: a URL that is none, a TLS file that
/// can't be read.
Result<std::unique_ptr<Notifier>> make_notifier(const NotifyPlaces& places,
                                                const Clock& clock,
                                                std::function<WallTime()> wall_time,
                                                std::uint64_t seed,
                                                std::function<void(const std::string&)> on_trouble);

}  // namespace scale_fleet
