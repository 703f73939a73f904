#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/api_requests.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/policy/bounds.hpp"

namespace scale_fleet {
namespace {

using Json = nlohmann::json;

/// The body of a PUT.
struct CountWish {
  InstanceCount count = 0;
  std::optional<InstanceCount> current;  ///< Only if so many are there.
};

std::optional<InstanceCount> whole_count(const Json& value) {
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= max_count;
  return fits ? std::optional(value.get<InstanceCount>()) : std::nullopt;
}

Accepted<CountWish> read_wish(const std::string& text) {
  const auto body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return refusal(400, "the body has to be JSON: {\"count\": 5}");
  CountWish wish;
  for (const auto& [key, value] : body.items()) {
    const auto count = whole_count(value);
    const bool is_known = key == "count" || key == "current";
    if (!is_known) {
      return refusal(
          400,
          fmt::format("'{}' is not known: there are count and current", printable_start(key, 100)));
    }
    if (!count)
      return refusal(400,
                     fmt::format("'{}' has to be a whole number from 0 to {}", key, max_count));
    if (key == "count") wish.count = *count;
    if (key == "current") wish.current = count;
  }
  if (!body.contains("count")) return refusal(400, "'count' is missing");
  return wish;
}

Accepted<void> check_bounds(const CountWish& wish, const KeptServiceStatus& kept, WallTime now) {
  const auto bounds = bounds_at(*kept.frame, now);
  if (wish.count < bounds.min || wish.count > bounds.max) {
    return refusal(422,
                   fmt::format("{}: {} is {}, which is {}",
                               kept.service,
                               wish.count,
                               wish.count < bounds.min ? "below min" : "above max",
                               wish.count < bounds.min ? bounds.min : bounds.max));
  }
  return {};
}

Accepted<void> check_current(const CountWish& wish, const KeptServiceStatus& kept) {
  if (wish.current && kept.current && *wish.current != *kept.current) {
    return refusal(409,
                   fmt::format("{}: {} replicas were expected, and there are {}",
                               kept.service,
                               *wish.current,
                               *kept.current));
  }
  return {};
}

}  // namespace

void ApiRequests::one_service(const HttpRequest& request,
                              const RequestTarget& target,
                              HttpReplier reply) {
  const auto name = target.path.substr(target.path.rfind('/') + 1);
  const auto wish = request.method == "PUT" ? read_wish(request.body) : CountWish{};
  if (!wish) return refuse(wish.error(), reply);
  const auto status = last_word();
  if (!status) return refuse(status.error(), reply);
  if (request.method != "PUT") {
    const auto parsed = Service::parse(name);
    const auto document =
        service_document(status_document(**status), parsed ? parsed->display_name() : name);
    reply(document ? HttpReply{.response = {.status = 200,
                                            .headers = {{"Content-Type", "application/json"}},
                                            .body = *document}}
                   : api_reply(404, document.error().message));
    return;
  }
  const auto kept = find_allowed((*status)->services, name);
  if (!kept) return refuse(kept.error(), reply);
  auto fine = check_bounds(*wish, **kept, parts_.now());
  if (fine) fine = ready(**status);
  if (fine) fine = check_current(*wish, **kept);
  if (!fine) return refuse(fine.error(), reply);
  hand_in(parts_.services,
          **kept,
          {.service = {},
           .demand = {.id = parts_.new_id(),
                      .asker = Asker::program,
                      .asked_by = fmt::format("PUT {}", target.path),
                      .direction = Direction::none,
                      .by = {},
                      .count = wish->count,
                      .only_from = wish->current},
           .alerts = {},
           .received = parts_.now()},
          reply);
}

}  // namespace scale_fleet
