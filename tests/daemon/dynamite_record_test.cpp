#include "scale_fleet/daemon/dynamite_record.hpp"

#include <chrono>

#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/dynamite_session.hpp"
#include "support/holds.hpp"
#include "support/real_etcd.hpp"
#include "support/recording_progress.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const std::string status_key = "/_dynamite/state/application_status";
const std::string webserver_key = "/_dynamite/run/service/webserver/webserver@8080.service";

/// The session's file and its unit files. Its configuration in etcd is JSON, and so YAML too.
DeclaredState session_state() {
  DeclaredState state;
  state.file = parse_declared_file(session_configuration(), "config.yaml").value();
  for (const auto& [name, file] : session_files())
    state.texts[file.path] = std::make_shared<const UnitOptions>(file.options);
  return state;
}

std::vector<Unit> in_state(JobState desired, const std::vector<std::string>& names) {
  std::vector<Unit> units;
  for (const auto& name : names)
    units.push_back({.name = name, .options = {}, .desired_state = desired});
  return units;
}

std::vector<Unit> launched_units(const std::vector<std::string>& names) {
  return in_state(JobState::launched, names);
}

/// A record in the etcd at an endpoint, and what it told.
struct RecordAt {
  explicit RecordAt(const std::string& url) : servers(one_member(url)) {}

  EtcdServers one_member(const std::string& url) {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(*make_curl_http_client(
        {.endpoint = Endpoint::parse(url).value(), .request_timeout = 20s}, clock));
    return EtcdServers(std::move(members));
  }

  DynamiteKeys stored() {
    DynamiteKeys all;
    if (const auto folder = keys.read_folder(dynamite_folder)) {
      for (const auto& key : folder->keys)
        all[key.key] = key.value;
    }
    return all;
  }

  void put(const DynamiteKeys& all) {
    for (const auto& [key, value] : all)
      REQUIRE(keys.put(key, value));
  }

  SignalStopRequest stop;
  SystemClock clock{stop};
  EtcdServers servers;
  EtcdKeys keys{servers, clock, 20s};
  RecordingProgress progress;
  DynamiteRecord record{keys, progress};
};

}  // namespace

TEST_CASE("what runs is recorded in etcd as Dynamite does it, and only what changes is written") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  RecordAt at(etcd.url());
  const auto declared = session_state();
  REQUIRE(at.record.take_over(declared));
  REQUIRE(at.record.write(declared, launched_units(session_units())));
  CHECK(at.stored() == session_keys());
  CHECK(at.progress.lines.empty());

  const auto before = at.keys.read_folder(dynamite_folder).value().index;
  REQUIRE(at.record.write(declared, launched_units(session_units())));
  CHECK(at.keys.read_folder(dynamite_folder).value().index == before);

  // Its main instance is gone, and so are the key and the ports.
  auto fewer = session_units();
  std::erase(fewer, "webserver@8082.service");
  REQUIRE(at.record.write(declared, launched_units(fewer)));
  auto without = session_keys();
  CHECK(without.erase("/_dynamite/run/service/webserver/webserver@8082.service") == 1);
  const auto stored = at.stored();
  CHECK(stored.size() == without.size());
  CHECK(holds(stored.at("/_dynamite/run/service/webserver/fleet_service_template"),
              "[8080, 8081, 0, 0, 8084, 8085, 0, 0, 0, 0]"));

  // One that is submitted and not launched isn't running yet.
  auto half = launched_units({"webserver@8080.service"});
  half.push_back(
      {.name = "webserver@8082.service", .options = {}, .desired_state = JobState::inactive});
  REQUIRE(at.record.write(declared, half));
  CHECK(read_dynamite_keys(at.stored()).services.at(1).instances.size() == 1);
}

TEST_CASE("whatever a Dynamite left is told in one line and gone on from") {
  const RealEtcd etcd;
  etcd.wait_until_ready();

  struct Row {
    const char* status;  ///< Null: there is none.
    const char* told;
  };

  // B3: after a start that failed, Dynamite destroys every unit of the cluster.
  // B7: a configuration that stands in etcd hides the file's for ever.
  for (const auto& row : {Row{"Running", "(status Running)"},
                          Row{"Initializing", "(status Initializing)"},
                          Row{"Recovering", "(status Recovering)"},
                          Row{"", "(no status)"},
                          Row{nullptr, "(no status)"}}) {
    INFO(row.told);
    RecordAt at(etcd.url());
    at.put(session_keys());
    at.put({{"/_dynamite/init/application_configuration", "{\"Dynamite\": {}}"},
            {"/_dynamite/run/service/gone/gone.service", "{}"},
            {"/_dynamite/of_others", "stays"}});
    row.status == nullptr ? static_cast<void>(at.keys.remove(status_key))
                          : at.put({{status_key, row.status}});
    const auto declared = session_state();
    REQUIRE(at.record.take_over(declared));
    REQUIRE(at.progress.lines.size() == 1);
    CHECK(at.progress.lines[0] ==
          "taking over what Dynamite left at " + etcd.url() + "/v2/keys/_dynamite " + row.told +
              ": loadbalancer 1 instance, webserver 3 instances; left alone, because config.yaml "
              "doesn't name them: gone 1 instance");
    REQUIRE(at.record.write(declared, launched_units(session_units())));
    auto expected = session_keys();
    expected["/_dynamite/of_others"] = "stays";
    CHECK(at.stored() == expected);
    // What it wrote itself is nothing to tell.
    REQUIRE(at.record.take_over(declared));
    CHECK(at.progress.lines.size() == 1);
  }
}

TEST_CASE("what can't be read of a Dynamite's keys is told, and replaced") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  RecordAt at(etcd.url());
  at.put(session_keys());
  at.put({{webserver_key, "no JSON"}});
  const auto declared = session_state();
  REQUIRE(at.record.take_over(declared));
  REQUIRE(at.progress.warnings.size() == 1);
  CHECK(holds(at.progress.warnings[0], webserver_key));
  REQUIRE(at.record.write(declared, launched_units(session_units())));
  CHECK(at.stored() == session_keys());
}

TEST_CASE("many keys are written a part at a time, the status last") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  RecordAt at(etcd.url());
  const auto declared = session_state();
  std::vector<std::string> many;
  for (int i = 0; i <= DynamiteRecord::most_writes; ++i)
    many.push_back("webserver@" + std::to_string(8080 + 2 * i) + ".service");
  REQUIRE(at.record.write(declared, launched_units(many)));
  CHECK(at.stored().size() == DynamiteRecord::most_writes);
  CHECK_FALSE(at.stored().contains(status_key));
  REQUIRE(at.record.write(declared, launched_units(many)));
  CHECK(at.stored().contains(status_key));
  CHECK(at.stored().size() == many.size() + 4);
}

TEST_CASE("a file in our own form leaves Dynamite's keys alone") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  RecordAt at(etcd.url());
  at.put(session_keys());
  auto declared = session_state();
  declared.file.form = DeclaredFile::Form::own;
  REQUIRE(at.record.take_over(declared));
  REQUIRE(at.record.write(declared, {}));
  CHECK(at.stored() == session_keys());
  CHECK(at.progress.lines.empty());
}

TEST_CASE("an etcd that can't be reached is an error each time, and says where it is") {
  RecordAt at("http://127.0.0.1:1");
  const auto declared = session_state();
  for (const auto& outcome : {at.record.take_over(declared), at.record.write(declared, {})}) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::unavailable);
    CHECK(holds(outcome.error().message, "http://127.0.0.1:1/v2/keys/_dynamite"));
  }
}
