#include "scale_fleet/fleet/http_fleet_api.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "fleet/fleet_list.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/reply.hpp"
#include "fleet/write_run.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

template <typename Key, typename Value>
std::vector<Value> values_of(std::map<Key, Value>&& map) {
  std::vector<Value> values;
  values.reserve(map.size());
  for (auto& [key, value] : map)
    values.push_back(std::move(value));
  return values;
}

/// A stop request that may be passed over for a while.
class HeededStop final : public StopRequest {
 public:
  explicit HeededStop(const StopRequest& stop) : stop_(stop) {}

  std::optional<int> signal() const override { return is_heeded ? stop_.signal() : std::nullopt; }

  bool requested() const override { return is_heeded && stop_.requested(); }

  bool is_heeded = true;

 private:
  const StopRequest& stop_;
};

class HttpFleetApi final : public FleetApi {
 public:
  explicit HttpFleetApi(FleetConnection connection)
      : stop_(connection.stop),
        connection_{.http = connection.http,
                    .clock = connection.clock,
                    .stop = stop_,
                    .retry = connection.retry,
                    .random = std::move(connection.random),
                    .on_retry = std::move(connection.on_retry)},
        units_(reader_, "units", &read_unit_page, doing("list units")),
        states_(reader_, "state", &read_state_page, doing("list state")),
        machines_(reader_, "machines", &read_machine_page, doing("list machines")) {}

  Result<std::vector<Unit>> units(std::string_view name_prefix) override {
    std::map<std::string, Unit> by_name;
    const auto take = [&](Unit&& unit) { by_name.insert_or_assign(unit.name, std::move(unit)); };
    const std::string prefix(name_prefix);
    const auto confirm = [this](const Unit& seen) { return unit(seen.name); };
    auto read = prefix.empty() ? units_.walk(take)
                               : units_.find({.prefix = prefix, .confirm = confirm}, take);
    if (read && by_name.empty() && units_.hint(prefix)) {
      // Was it looked for in the wrong place? A list in another order than its pages showed, which
      // no Fleet was seen to have, would hide what is there.
      const auto expected = unit(prefix + ".service");
      if (!expected) return tl::unexpected(expected.error());
      if (*expected) read = units_.walk_for(prefix, take);
    }
    if (!read) return tl::unexpected(read.error());
    return values_of(std::move(by_name));
  }

  Result<std::vector<UnitState>> states(std::string_view name_prefix) override {
    std::map<std::pair<std::string, std::string>, UnitState> by_name_and_machine;
    const auto take = [&](UnitState&& state) {
      auto key = std::pair(state.unit, state.machine_id);
      by_name_and_machine.insert_or_assign(std::move(key), std::move(state));
    };
    const std::string prefix(name_prefix);
    // Nearly every unit has one row, so a service's rows stand about where its units do. One that
    // was seen a moment ago is as good as one that is seen now.
    const auto keep = [](const UnitState& seen) -> Result<std::optional<UnitState>> {
      return seen;
    };
    const auto read =
        prefix.empty()
            ? states_.walk(take)
            : states_.find({.prefix = prefix, .nearby = units_.hint(prefix), .confirm = keep},
                           take);
    if (!read) return tl::unexpected(read.error());
    return values_of(std::move(by_name_and_machine));
  }

  Result<std::vector<Machine>> machines() override {
    std::vector<Machine> all;
    const auto read = machines_.walk([&](Machine&& machine) { all.push_back(std::move(machine)); });
    if (!read) return tl::unexpected(read.error());
    return all;
  }

  Result<std::optional<Unit>> unit(const std::string& name) override {
    const auto reading = doing("read " + name);
    auto reply = reader_.get("/fleet/v1/units/" + percent_encoded(name), reading);
    if (!reply) return tl::unexpected(reply.error());
    if (classify(*reply) == ReplyClass::not_there) return std::optional<Unit>();
    if (classify(*reply) != ReplyClass::success)
      return tl::unexpected(to_error(*reply, reading, 1));
    auto unit = read_unit((*reply)->body);
    if (!unit) return tl::unexpected(not_from_fleet(unit.error(), reading));
    return std::optional<Unit>(std::move(*unit));
  }

  void repeat_reads_until(std::optional<TimePoint> moment) override {
    reader_.repeat_until(moment);
  }

  void perform(const std::vector<Write>& writes,
               int parallel,
               const std::function<void(const WriteEnd&)>& on_end) override {
    WriteRun run(connection_, writes, on_end);
    run.finish(parallel, reader_.take_ids(RequestId{1} << 32U));
  }

  Outcome set_machine_metadata(const std::string& machine_id,
                               const std::string& key,
                               const std::optional<std::string>& value) override {
    if (stop_.requested()) return failure(ErrorKind::interrupted, "interrupted by a signal");
    const auto setting = doing(fmt::format("set the metadata of machine {}", machine_id));
    const auto reply = reader_.ask(
        {.method = "PATCH",
         .target = "/fleet/v1/machines",
         .headers = {{"Content-Type", "application/json"}},
         .body = write_metadata_patch({.machine_id = machine_id, .key = key, .value = value})},
        setting);
    if (!reply) return tl::unexpected(reply.error());
    // Fleet answers 204; 200 with a page is some proxy's.
    if (classify(*reply) == ReplyClass::success && (*reply)->body.empty()) return {};
    auto error = to_error(*reply, setting, 1);
    if (*reply && (*reply)->status == 405) {
      error.message += "; this Fleet is too old to change the metadata of a machine";
    }
    return tl::unexpected(std::move(error));
  }

  void go_on_though_stopped(bool goes_on) override { stop_.is_heeded = !goes_on; }

  std::string display_endpoint() const override { return connection_.http.display_endpoint(); }

 private:
  std::string doing(const std::string& what) const {
    return fmt::format("{} at {}", what, display_endpoint());
  }

  HeededStop stop_;
  FleetConnection connection_;
  FleetReader reader_{connection_};
  FleetList<Unit> units_;
  FleetList<UnitState> states_;
  FleetList<Machine> machines_;
};

}  // namespace

std::unique_ptr<FleetApi> make_http_fleet_api(FleetConnection connection) {
  return std::make_unique<HttpFleetApi>(std::move(connection));
}

}  // namespace scale_fleet
