#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"

namespace scale_fleet {
namespace {

using Parsed = nlohmann::json;

/// A daemon of another version may leave fields out: what isn't there isn't said.
std::string text_at(const Parsed& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>())
                                                     : std::string();
}

std::string number_at(const Parsed& object, const char* key, std::string_view otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned()
             ? fmt::format("{}", found->get<std::uint64_t>())
             : std::string(otherwise);
}

const Parsed* object_at(const Parsed& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? &*found : nullptr;
}

std::vector<std::string> texts_at(const Parsed& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return texts;
  for (const auto& each : *found) {
    if (each.is_string()) texts.push_back(printable(each.get<std::string>()));
  }
  return texts;
}

/// To the second: nobody reads a cool-down to the millisecond.
std::string remaining(const Parsed& cooldown) {
  const auto found = cooldown.find("remaining_seconds");
  if (found == cooldown.end() || !found->is_number()) return "some time";
  const auto seconds = found->get<double>();
  const bool is_sensible = seconds > 0 && seconds < 1e9;
  return format_duration(std::chrono::seconds(is_sensible ? std::llround(seconds) : 0));
}

void add_timers(const Parsed& service, std::string& text) {
  const auto cooldown = [&](const char* key, std::string_view closed) {
    if (const auto* found = object_at(service, key)) {
      text += fmt::format(
          "  {} for another {}, after {}\n", closed, remaining(*found), text_at(*found, "because"));
    }
  };
  cooldown("cooldown_up", "no rule scales it up");
  cooldown("cooldown_down", "no rule scales it down");
  if (const auto* pause = object_at(service, "pause")) {
    const bool down_only = pause->value("down_only", false);
    const auto until = text_at(*pause, "until");
    text += fmt::format("  paused{}{}\n",
                        down_only ? ", downward only" : "",
                        until.empty() ? ", until it is resumed" : " until " + until);
  }
  if (const auto action = text_at(service, "under_way"); !action.empty())
    text += fmt::format("  under way: {}\n", action);
  if (const auto* demand = object_at(service, "demand")) {
    text += fmt::format("  being carried out: {} for {}\n",
                        number_at(*demand, "count", "?"),
                        text_at(*demand, "asked_by"));
  }
  if (const auto waiting = texts_at(service, "waiting"); !waiting.empty()) {
    text += fmt::format("  {} to be decided on: {}{}\n",
                        counted(waiting.size(), "request"),
                        waiting.front(),
                        waiting.size() > 1 ? ", ..." : "");
  }
  if (const auto* trouble = object_at(service, "trouble")) {
    const auto next = text_at(service, "next_try");
    text += fmt::format("  trouble: {}{}\n",
                        text_at(*trouble, "message"),
                        next.empty() ? "" : fmt::format("; not tried again before {}", next));
  }
}

void add_decision(const Parsed& decision, std::string& text) {
  text += fmt::format("  {}  {} -> {}",
                      text_at(decision, "time"),
                      number_at(decision, "before", "?"),
                      number_at(decision, "count", "?"));
  const auto asked_by = text_at(decision, "asked_by");
  if (!asked_by.empty()) text += fmt::format("  ({})", asked_by);
  text += '\n';
  for (const auto& reason : texts_at(decision, "reasons"))
    text += fmt::format("    because {}\n", reason);
  for (const auto& limit : texts_at(decision, "limits"))
    text += fmt::format("    but {}\n", limit);
}

/// A service as a daemon has it.
struct Explained {
  Parsed service;
  bool stands_by = false;  ///< Another daemon leads.
  std::string trouble;     ///< The daemon's own: what it says may be old.
};

bool stands_by(const Parsed& document) {
  const auto* daemon = object_at(document, "daemon");
  return daemon != nullptr && !daemon->value("leader", true);
}

std::string trouble_of_daemon(const Parsed& document) {
  const auto* daemon = object_at(document, "daemon");
  const auto* trouble = daemon == nullptr ? nullptr : object_at(*daemon, "trouble");
  return trouble == nullptr ? "" : text_at(*trouble, "message");
}

/// `worker: 3 there, 3 well, 4 wanted (min 2, max none)`; only the daemon that leads counts.
std::string counts_line(const Explained& explained, const std::string& name) {
  const auto& service = explained.service;
  const auto bounds = fmt::format(
      "(min {}, max {})", number_at(service, "min", "0"), number_at(service, "max", "none"));
  const auto current = number_at(service, "current", "");
  if (current.empty()) {
    return fmt::format("{}: not counted {}: {}\n",
                       printable(name),
                       bounds,
                       explained.stands_by ? "this daemon stands by, ask the one that leads"
                                           : "its count could not be read yet");
  }
  return fmt::format("{}: {} there, {} well, {} wanted {}\n",
                     printable(name),
                     current,
                     number_at(service, "well", "?"),
                     number_at(service, "wanted", "?"),
                     bounds);
}

Result<Explained> find_service(const std::string& document, const std::string& service) {
  const auto parsed = Parsed::parse(document, nullptr, false);
  const auto found = parsed.is_object() ? parsed.find("services") : parsed.end();
  if (!parsed.is_object() || found == parsed.end() || !found->is_array()) {
    return failure(ErrorKind::unavailable, "what answers there isn't a scale-fleet daemon");
  }
  for (const auto* list : {"services", "nodes"}) {
    const auto all = parsed.find(list);
    if (all == parsed.end() || !all->is_array()) continue;
    for (const auto& each : *all) {
      if (each.is_object() && text_at(each, "service") == printable(service))
        return Explained{
            .service = each, .stands_by = stands_by(parsed), .trouble = trouble_of_daemon(parsed)};
    }
  }
  return failure(
      ErrorKind::not_found,
      fmt::format("the daemon keeps no {}; its file names what it keeps", printable(service)));
}

}  // namespace

Result<std::string> explain_service(const std::string& document, const std::string& name) {
  const auto explained = find_service(document, name);
  if (!explained) return tl::unexpected(explained.error());
  const auto* service = &explained->service;
  auto text = counts_line(*explained, name);
  if (const auto desired = number_at(*service, "desired_key", ""); !desired.empty())
    text += fmt::format("  somebody's key asks for {}\n", desired);
  if (!explained->trouble.empty())
    text += fmt::format("  as it was before this: {}\n", explained->trouble);
  add_timers(*service, text);
  const auto decisions = service->find("decisions");
  if (decisions == service->end() || !decisions->is_array() || decisions->empty()) return text;
  text += "last decisions:\n";
  for (const auto& decision : *decisions) {
    if (decision.is_object()) add_decision(decision, text);
  }
  return text;
}

Result<std::string> service_document(const std::string& document, const std::string& service) {
  const auto found = find_service(document, service);
  if (!found) return tl::unexpected(found.error());
  return found->service.dump(-1, ' ', false, Parsed::error_handler_t::replace) + "\n";
}

}  // namespace scale_fleet
