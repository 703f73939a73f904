#include "scale_fleet/health/http_check.hpp"

#include <map>

#include <fmt/format.h>

#include "health/seconds_text.hpp"

namespace scale_fleet {
namespace {

bool is_healthy(int status) {
  return status >= 200 && status <= 399;
}

/// What kept a whole reply from coming.
std::string in_words(const TransportError& error, Duration limit) {
  switch (error.failure) {
    case TransportFailure::not_connected:
      return error.was_refused ? "refused the connection" : "can't be reached: " + error.message;
    case TransportFailure::not_resolved:
      return "names a host that is not known: " + error.message;
    case TransportFailure::not_trusted:
      return "is not trusted: " + error.message;
    case TransportFailure::timed_out:
      return "did not answer within " + seconds_text(limit);
    case TransportFailure::broken_off:
      return "broke the connection off: " + error.message;
    case TransportFailure::unreadable:
      return "answered what can't be read: " + error.message;
  }
  return error.message;
}

}  // namespace

std::vector<CheckAnswer> HttpCheck::ask(const std::vector<CheckTarget>& targets) {
  std::vector<CheckAnswer> answers(targets.size());

  struct Asked {
    std::size_t place;
    CheckUrl url;
  };

  std::map<RequestId, Asked> under_way;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto url = url_.fill(targets[i]);
    if (!url) {
      answers[i].said = url.error().message;
      continue;
    }
    const auto id = next_id_++;
    client_->start(id, {.target = url->target, .on_fresh_connection = true, .server = url->server});
    under_way.emplace(id, Asked{.place = i, .url = std::move(*url)});
  }
  const auto until = clock_.now() + limit_;
  while (!under_way.empty() && !stop_.requested() && clock_.now() < until) {
    for (const auto& ended : client_->wait(until)) {
      const auto found = under_way.find(ended.id);
      if (found == under_way.end()) continue;
      answers[found->second.place] = judge(found->second.url, ended.result);
      under_way.erase(found);
    }
  }
  for (const auto& [id, asked] : under_way) {
    answers[asked.place].said =
        fmt::format("{} {}",
                    asked.url.display(),
                    stop_.requested() ? "was not waited for: interrupted"
                                      : "did not answer within " + seconds_text(limit_));
  }
  return answers;
}

CheckAnswer HttpCheck::judge(const CheckUrl& url, const HttpResult& result) const {
  // Of a body that is too long to be read (a page of metrics, say) the head has told enough.
  const auto status = result ? std::optional(result->status) : result.error().status;
  if (status && is_healthy(*status)) return {.is_healthy = true, .said = {}};
  const auto said = status ? fmt::format("answered {}", *status) : in_words(result.error(), limit_);
  return {.is_healthy = false, .said = fmt::format("{} {}", url.display(), said)};
}

}  // namespace scale_fleet
