#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/api/api.hpp"
#include "scale_fleet/api/scale_words.hpp"
#include "scale_fleet/core/text.hpp"
#include "support/map_state_store.hpp"

namespace scale_fleet {
namespace {

constexpr WallTime start{std::chrono::seconds(1'800'000'000)};
constexpr std::string_view words_of_token = "0123456789abcdef";

/// `METHOD TARGET[ HEADER[ VALUE]]` in its first line, then the body.
HttpRequest api_request_of(std::string_view text) {
  const auto take_word = [](std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    return std::string(word);
  };
  auto line = take_line(text);
  HttpRequest request;
  request.method = take_word(line);
  request.target = take_word(line);
  if (!line.empty()) {
    auto name = take_word(line);
    request.headers = {{std::move(name), std::string(line)}};
  }
  request.body = text;
  return request;
}

KeptServiceStatus kept(const std::string& name, bool is_remote) {
  ServicePolicy policy{.min = 1, .max = 9};
  if (is_remote) policy.remote = RemoteRule{};
  return {.service = name,
          .current = 3,
          .frame = std::make_shared<const ServicePolicy>(policy),
          .may_move = is_remote};
}

/// A daemon's doors without the daemon: it keeps `my_app` and `closed`, and machines, `worker`.
class Doors {
 public:
  explicit Doors(std::optional<BearerToken> token)
      : api_(make_api({.board = board_,
                       .now = [] { return start; },
                       .services = services_,
                       .nodes = nodes_,
                       .reschedule = [](const auto&) {},
                       .new_id = [this] { return std::to_string(++ids_); },
                       .token = std::move(token),
                       .prefix = "/scaler",
                       .on_bad_request =
                           [](const BadRequest& request) {
                             must_hold(!request.message.empty(), "who is told hears why");
                           }})) {
    DaemonStatus status{.now = start, .started = start, .is_leader = true, .last_good_look = start};
    status.services = {kept("my_app", true), kept("closed", false)};
    status.nodes = {kept("worker", true)};
    status.nodes.front().cloud = "aws";
    board_.publish(std::move(status));
  }

  HttpReply ask(const HttpRequest& request) {
    std::optional<HttpReply> reply;
    api_(request, [&](HttpReply given) {
      must_hold(!reply, "a request is answered once");
      reply = std::move(given);
      return true;
    });
    services_.work();
    nodes_.work();
    must_hold(reply.has_value(), "a request is answered");
    return *std::move(reply);
  }

  /// Of both shelves.
  std::size_t stored() const {
    std::size_t count = 0;
    for (const auto& [name, texts] : state_.shelves)
      count += texts.size();
    return count;
  }

  /// Every text, understood.
  std::vector<KeptDemand> demands() const {
    std::vector<KeptDemand> all;
    for (const auto& [name, texts] : state_.shelves) {
      for (const auto& [id, text] : texts) {
        auto demand = parse_demand(text);
        must_hold(demand.has_value(), "what is on the shelf can be read again");
        must_hold(demand->demand.id == id, "it is on the shelf by its id");
        all.push_back(*std::move(demand));
      }
    }
    return all;
  }

 private:
  StatusBoard board_;
  MapStateStore state_;
  DemandDesk services_{state_, [] {}};
  DemandDesk nodes_{state_, [] {}, node_demands_shelf};
  int ids_ = 0;
  LaterHttpHandler api_;
};

bool is_documented(int status) {
  constexpr std::array all{200, 202, 400, 401, 403, 404, 405, 409, 422, 503};
  return std::ranges::find(all, status) != all.end();
}

void check_answer(const HttpResponse& response) {
  must_hold(is_documented(response.status), "a status is among those that are documented");
  must_hold((response.status == 405) != response.header("Allow").empty(), "405 says what may be");
  if (response.header("Content-Type") != "application/json") return;
  const auto document = nlohmann::json::parse(response.body, nullptr, false);
  must_hold(document.is_object(), "what is called JSON is JSON");
  if (!document.contains("message")) return;
  must_hold(document["status"] == (response.status < 400 ? "OK" : "NOK"), "OK says what it was");
  must_hold(is_for_people(document["message"].get<std::string>()), "a message can be shown");
}

void check_demand(const KeptDemand& kept) {
  must_hold(kept.service == "my_app" || kept.service == "worker", "only who may be is scaled");
  must_hold(is_for_people(kept.demand.asked_by), "who asks can be shown");
  must_hold(!kept.demand.by || (1 <= *kept.demand.by && *kept.demand.by <= max_count),
            "a step is one");
  must_hold(!kept.demand.count || (1 <= *kept.demand.count && *kept.demand.count <= 9),
            "a count is within its bounds");
  must_hold(kept.demand.count || kept.demand.direction != Direction::none, "it asks for something");
}

void try_words(const HttpRequest& request) {
  const auto words = read_scale_words(request);
  if (!words) {
    must_hold(words.error().status == 400, "what can't be understood is a 400");
    must_hold(is_for_people(words.error().message), "why it is refused can be shown");
    return;
  }
  must_hold(!words->by || (1 <= *words->by && *words->by <= max_count), "a step is a whole number");
  must_hold(words->is_alert || words->alerts.empty(), "only alerts fire");
  must_hold(read_scale_words(request) == words, "the same is read the same");
}

}  // namespace

/// Requests one after the other, an empty line between them.
void try_input(std::string_view input) {
  Doors open({});
  Doors guarded(BearerToken{words_of_token});
  while (!input.empty()) {
    const auto text = input.substr(0, input.find("\n\n"));
    input.remove_prefix(std::min(input.size(), text.size() + 2));
    const auto request = api_request_of(text);
    try_words(request);
    for (auto* doors : {&open, &guarded}) {
      const auto before = doors->stored();
      const auto reply = doors->ask(request);
      check_answer(reply.response);
      const bool is_accepted = reply.response.status == 200 || reply.response.status == 202;
      must_hold(is_accepted || doors->stored() == before, "what is refused is on no shelf");
      must_hold(doors->stored() <= before + 1, "a request is one demand");
    }
  }
  for (const auto& demand : open.demands())
    check_demand(demand);
  for (const auto& demand : guarded.demands())
    check_demand(demand);
}

}  // namespace scale_fleet
