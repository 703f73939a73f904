#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

enum class FaultKind {
  status,        ///< Answers `status` with `message`, without acting.
  html,          ///< Answers `status` with a page of HTML, as a proxy does, without acting.
  redirect,      ///< Answers 301 to somewhere else, without acting.
  refused,       ///< The connection isn't made. Behind a real server: reset without acting.
  close,         ///< Closes the connection without acting or answering.
  reset,         ///< Resets it likewise.
  close_after,   ///< Acts, then closes the connection instead of answering.
  reset_after,   ///< Acts, then resets it.
  delay,         ///< Acts, and answers after `duration`.
  cut,           ///< Acts, and the answer breaks off in its middle.
  garbage,       ///< Acts, and answers with what isn't HTTP.
  repeat_token,  ///< Acts; the answer's nextPageToken leads to the page that it stands on.
  unavailable,   ///< Once, for `duration` from the first match on: every request is answered 503,
                 ///< as by a fleetd without etcd, and none acts.
};

/// One thing that goes wrong, with which requests and when.
struct Fault {
  std::string method = "*";
  /// What the path is, below /fleet/v1 or as a whole; `*` stands for any characters. With a `?` in
  /// it, it is compared with path and query.
  std::string path = "*";
  /// The matching requests that it befalls, counted from 1; both ends included.
  std::size_t first_turn = 1;
  std::size_t last_turn = std::numeric_limits<std::size_t>::max();
  FaultKind kind = FaultKind::status;
  int status = 500;
  std::string message = {};
  std::chrono::milliseconds duration{0};

  bool operator==(const Fault&) const = default;
};

/// Reads `METHOD:PATH:TURN:KIND`, for example `PUT:/units/my_app@3.service:1:status=500`.
/// METHOD and PATH may be `*`, or hold one; TURN is `1`, `2-4`, `>3` or `*`. KIND is one of
///   status=CODE  status=CODE,MESSAGE  status=CODE,html  redirect  refused  close  reset
///   close-after  reset-after  delay=MS  cut  garbage  repeat-token  unavailable-for=SECONDS
/// The error is ErrorKind::usage and says which piece is wrong.
Result<Fault> parse_fault(std::string_view spec);

/// What answers a request when nothing goes wrong.
using FleetHandler = std::function<HttpReply(const HttpRequest&, TimePoint)>;

/// Counts requests and lets faults happen.
class FaultPlan {
 public:
  FaultPlan() = default;
  explicit FaultPlan(std::vector<Fault> faults);

  /// Adds one more; its turns are counted from now on.
  void add(Fault fault);

  /// The fault that befalls this request, if any; to be asked once for each. Every fault whose
  /// method and path match counts the turn; the first of those due happens.
  std::optional<Fault> next(const HttpRequest& request, TimePoint now);

 private:
  struct Entry {
    Fault fault;
    std::size_t turns = 0;
  };

  std::vector<Entry> entries_;
  std::optional<TimePoint> unavailable_until_;
};

/// The reply to `request` when `fault` befalls it; `handler` acts where the fault lets it.
HttpReply reply_with_fault(const Fault& fault,
                           const HttpRequest& request,
                           TimePoint now,
                           const FleetHandler& handler);

/// An API to which faults happen.
class FaultyApi {
 public:
  FaultyApi(FleetHandler handler, FaultPlan plan);

  HttpReply handle(const HttpRequest& request, TimePoint now);

  FaultPlan& plan() { return plan_; }

 private:
  FleetHandler handler_;
  FaultPlan plan_;
};

}  // namespace scale_fleet
