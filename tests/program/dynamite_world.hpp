#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "program/daemon_process.hpp"
#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/etcd/key_watch.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/dynamite_session.hpp"
#include "support/real_etcd.hpp"

namespace scale_fleet {

/// A Fleet, a real etcd, and the files of a session that a real Dynamite had. The file names a
/// Fleet at a port where nobody listens; the environment names the one that is there.
class DynamiteWorld {
  Answers answers_;  // First: the servers tell it of their answers until they have stopped.

 public:
  DynamiteWorld() {
    etcd_.wait_until_ready();
    world.fleet.watch(answers_.watch());
    for (const auto& [name, file] : session_files())
      world.folder.write(name, text_of(file.options));
    write_file({});
  }

  /// The session's file with `from` replaced by `to`, one for each.
  void write_file(const std::map<std::string, std::string>& changes) {
    auto text = TemporaryFolder::read(SCALE_FLEET_EXAMPLES "/dynamite.yaml");
    replace(text, session_folder, world.folder.path().string());
    for (const auto& [from, to] : changes)
      replace(text, from, to);
    world.folder.write("config.yaml", text);
  }

  ProgramCall run_call(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> words{"run",
                                   world.folder.path("config.yaml"),
                                   "--etcd",
                                   etcd_members(),
                                   "--listen",
                                   "none",
                                   "--events",
                                   world.folder.path("events.jsonl")};
    words.insert(words.end(), options.begin(), options.end());
    return world.call(std::move(words));
  }

  ProgramEnd run_once() const { return run_program(run_call({"--once"})); }

  /// A value that has been measured every five seconds, for 45 of them until now.
  void measure(const std::string& folder, const std::string& value) {
    const auto now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
    for (auto age = std::chrono::seconds(45); age >= std::chrono::seconds(0);
         age -= std::chrono::seconds(5))
      put("/metrics/" + folder + "/" + format_wall_time(now - age), value);
  }

  /// Two, as of a file that names none (Dynamite's usual port and etcd's); nobody listens at the
  /// first one.
  std::string etcd_members() const { return "http://127.0.0.1:1," + etcd_.url(); }

  void put(const std::string& key, const std::string& value) { keys_.put(key, value).value(); }

  /// Ends the lease of a daemon that was killed, as half a minute would have done.
  bool end_lease() { return keys_.remove("/scale-fleet/locks/_daemon").has_value(); }

  /// Removes all keys below a folder, as if nobody had ever written them.
  void forget(const std::string& folder) {
    const auto found = keys_.read_folder(folder);
    for (const auto& stored : found ? found->keys : std::vector<StoredKey>{})
      static_cast<void>(keys_.remove(stored.key));
  }

  /// Everything below /_dynamite.
  DynamiteKeys stored() {
    DynamiteKeys all;
    const auto folder = keys_.read_folder(dynamite_folder);
    for (const auto& stored : folder ? folder->keys : std::vector<StoredKey>{})
      all[stored.key] = stored.value;
    return all;
  }

  /// The session's keys, as they are where its unit files are here.
  DynamiteKeys expected() const {
    auto keys = session_keys();
    for (auto& [key, value] : keys)
      replace(value, session_folder, world.folder.path().string());
    return keys;
  }

  /// Looks whenever a key below /_dynamite is written, until they are `wanted`; false after half a
  /// minute.
  bool keys_become(const DynamiteKeys& wanted) {
    KeyWatch watch(keys_,
                   std::string(dynamite_folder),
                   {[this](const HttpRequest& request) {
                     return *make_curl_http_stream(
                         {.endpoint = Endpoint::parse(etcd_.url()).value()}, request, clock_);
                   }},
                   {.between_readings = Duration(0)});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (stored() != wanted) {
      if (std::chrono::steady_clock::now() >= until) return false;
      static_cast<void>(watch.next(until, {}));
    }
    return true;
  }

  bool comes_true(const std::function<bool()>& is_so) { return answers_.bring_about(is_so); }

  /// The writes of units whose names begin so, in their order.
  std::vector<std::string> writes_of(const std::string& service) {
    auto writes = world.fleet.writes();
    std::erase_if(writes, [&](const std::string& write) {
      return write.find("/units/" + service) == std::string::npos;
    });
    for (auto& write : writes)
      replace(write, "%40", "@");
    return writes;
  }

  ProgramWorld world{quick};

 private:
  static constexpr std::string_view session_folder = "/etc/dynamite/service-files";

  static void replace(std::string& text, std::string_view from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }

  static std::string text_of(const UnitOptions& options) {
    std::string text;
    std::string section;
    for (const auto& option : options) {
      if (option.section != section) text += "[" + option.section + "]\n";
      section = option.section;
      text += option.name + "=" + option.value + "\n";
    }
    return text;
  }

  EtcdServers connect() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(*make_curl_http_client({.endpoint = Endpoint::parse(etcd_.url()).value(),
                                              .request_timeout = std::chrono::seconds(20)},
                                             clock_));
    return EtcdServers(std::move(members));
  }

  RealEtcd etcd_;
  SignalStopRequest signals_;
  SystemClock clock_{signals_};
  EtcdServers servers_ = connect();
  EtcdKeys keys_{servers_, clock_, std::chrono::seconds(20)};
};

}  // namespace scale_fleet
