#include "scale_fleet/fleet/http_fleet_api.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "fleet/page_walk.hpp"
#include "fleet/reply.hpp"
#include "fleet/write_run.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

/// Before the first reply of a run a refused connection is more likely a wrong endpoint than a
/// fleetd that restarts: nobody wants to wait a minute for that.
constexpr int retries_before_first_contact = 2;

class HttpFleetApi final : public FleetApi {
 public:
  explicit HttpFleetApi(FleetConnection connection) : connection_(std::move(connection)) {}

  Result<std::vector<Unit>> units(std::string_view name_prefix) override {
    std::map<std::string, Unit> by_name;
    auto walked = walk<Unit>("units", &read_unit_page, [&](Unit&& unit) {
      if (unit.name.starts_with(name_prefix)) by_name.insert_or_assign(unit.name, std::move(unit));
    });
    if (!walked) return tl::unexpected(walked.error());
    return values_of(std::move(by_name));
  }

  Result<std::vector<UnitState>> states(std::string_view name_prefix) override {
    std::map<std::pair<std::string, std::string>, UnitState> by_name_and_machine;
    auto walked = walk<UnitState>("state", &read_state_page, [&](UnitState&& state) {
      if (!state.unit.starts_with(name_prefix)) return;
      auto key = std::pair(state.unit, state.machine_id);
      by_name_and_machine.insert_or_assign(std::move(key), std::move(state));
    });
    if (!walked) return tl::unexpected(walked.error());
    return values_of(std::move(by_name_and_machine));
  }

  Result<std::vector<Machine>> machines() override {
    std::vector<Machine> all;
    auto walked = walk<Machine>("machines", &read_machine_page, [&](Machine&& machine) {
      all.push_back(std::move(machine));
    });
    if (!walked) return tl::unexpected(walked.error());
    return all;
  }

  Result<std::optional<Unit>> unit(const std::string& name) override {
    const auto doing = fmt::format("read {} at {}", name, display_endpoint());
    auto reply = get("/fleet/v1/units/" + percent_encoded(name), doing);
    if (!reply) return tl::unexpected(reply.error());
    if (classify(*reply) == ReplyClass::not_there) return std::optional<Unit>();
    if (classify(*reply) != ReplyClass::success) return tl::unexpected(to_error(*reply, doing, 1));
    auto unit = read_unit((*reply)->body);
    if (!unit) return tl::unexpected(with_doing(unit.error(), doing));
    return std::optional<Unit>(std::move(*unit));
  }

  void repeat_reads_until(std::optional<TimePoint> moment) override { repeat_until_ = moment; }

  void perform(const std::vector<Write>& writes,
               int parallel,
               const std::function<void(const WriteEnd&)>& on_end) override {
    WriteRun run(connection_, writes, on_end);
    run.finish(parallel, next_id_);
    next_id_ += RequestId{1} << 32U;
  }

  std::string display_endpoint() const override { return connection_.http.display_endpoint(); }

 private:
  template <typename Key, typename Value>
  static std::vector<Value> values_of(std::map<Key, Value>&& map) {
    std::vector<Value> values;
    values.reserve(map.size());
    for (auto& [key, value] : map)
      values.push_back(std::move(value));
    return values;
  }

  static Error with_doing(Error error, const std::string& doing) {
    error.message =
        fmt::format("cannot {}: {}; is this a Fleet API? Check --endpoint", doing, error.message);
    return error;
  }

  template <typename Item>
  Outcome walk(const std::string& resource,
               Result<Page<Item>> (*read)(std::string_view),
               const std::function<void(Item&&)>& take) {
    const auto doing = fmt::format("list {} at {}", resource, display_endpoint());
    const auto fetch = [&](const std::optional<std::string>& token) -> Result<Page<Item>> {
      auto target = "/fleet/v1/" + resource;
      if (token) target += "?nextPageToken=" + percent_encoded(*token);
      auto reply = get(target, doing);
      if (!reply) return tl::unexpected(reply.error());
      if (classify(*reply) != ReplyClass::success)
        return tl::unexpected(to_error(*reply, doing, 1));
      auto page = read((*reply)->body);
      if (!page) return tl::unexpected(with_doing(page.error(), doing));
      return page;
    };
    return walk_pages<Item>(doing, fetch, take);
  }

  /// The first reply that isn't a passing failure, or the error that ends the attempts.
  Result<HttpResult> get(const std::string& target, const std::string& doing) {
    for (int failures = 0;;) {
      auto reply =
          exchange({.method = "GET", .target = target, .on_fresh_connection = failures > 0});
      if (!reply) return tl::unexpected(reply.error());
      has_answered_ = has_answered_ || reply->has_value();
      const auto reply_class = classify(*reply);
      if (reply_class != ReplyClass::not_sent && reply_class != ReplyClass::unclear) return reply;
      ++failures;
      const auto delay =
          retry_delay(connection_.retry, failures, retry_after(*reply), connection_.random());
      const bool is_too_late = repeat_until_ && connection_.clock.now() + delay > *repeat_until_;
      if (failures > retries_for(*reply) || is_too_late) {
        return tl::unexpected(to_error(*reply, doing, failures));
      }
      connection_.on_retry(fmt::format("{}: {}; trying again in {:.1f} s (attempt {} of {})",
                                       doing,
                                       describe(*reply),
                                       std::chrono::duration<double>(delay).count(),
                                       failures + 1,
                                       retries_for(*reply) + 1));
      if (auto waited = wait(delay); !waited) return tl::unexpected(waited.error());
    }
  }

  int retries_for(const HttpResult& reply) const {
    const bool never_reached = !has_answered_ && classify(reply) == ReplyClass::not_sent && !reply;
    return never_reached ? std::min(connection_.retry.retries, retries_before_first_contact)
                         : connection_.retry.retries;
  }

  Result<HttpResult> exchange(const HttpRequest& request) {
    const auto id = next_id_++;
    connection_.http.start(id, request);
    for (;;) {
      const auto far = connection_.clock.now() + std::chrono::minutes(10);
      for (auto& ended : connection_.http.wait(far)) {
        if (ended.id == id) return std::move(ended.result);
      }
      if (auto fine = check_stop(); !fine) return tl::unexpected(fine.error());
    }
  }

  Outcome wait(Duration delay) {
    const auto until = connection_.clock.now() + delay;
    while (connection_.clock.now() < until) {
      if (auto fine = check_stop(); !fine) return fine;
      connection_.http.wait(until);
    }
    return check_stop();
  }

  Outcome check_stop() const {
    if (connection_.stop.requested())
      return failure(ErrorKind::interrupted, "interrupted by a signal");
    return {};
  }

  FleetConnection connection_;
  RequestId next_id_ = 0;
  bool has_answered_ = false;
  std::optional<TimePoint> repeat_until_;
};

}  // namespace

std::unique_ptr<FleetApi> make_http_fleet_api(FleetConnection connection) {
  return std::make_unique<HttpFleetApi>(std::move(connection));
}

}  // namespace scale_fleet
