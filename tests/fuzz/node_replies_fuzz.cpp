#include <charconv>
#include <set>

#include "fuzz/fuzz_target.hpp"
#include "nodes/auto_scaling_reply.hpp"
#include "nodes/aws_credentials.hpp"
#include "nodes/aws_profile.hpp"
#include "nodes/aws_reply.hpp"
#include "nodes/group_words.hpp"

namespace scale_fleet {
namespace {

void check_look(const GroupLook& look) {
  must_hold(look.desired <= max_count, "a count is one that can be");
  must_hold(look.busy.empty() || is_for_people(look.busy), "why it is left alone can be shown");
  must_hold(look.keeps_all.empty() || is_for_people(look.keeps_all), "so can why it keeps all");
  for (const auto& member : look.members)
    must_hold(!member.id.empty(), "a machine has an id");
}

template <typename T>
void check_error(const Result<T>& result) {
  must_hold(result.has_value() || is_for_people(result.error().message), "an error can be shown");
}

void try_aws(const HttpResponse& response) {
  const auto reply = read_aws_reply(response);
  must_hold(reply.has_value() == (response.status >= 200 && response.status <= 299),
            "the status decides what is a success");
  must_hold(reply.has_value() || is_for_people(reply.error().message), "a failure can be shown");

  const auto groups = read_groups(response.body, "web");
  check_error(groups);
  if (groups && groups->group) check_look(*groups->group);
  check_error(read_addresses(response.body));
  const WallTime since{};
  const auto failures = read_launch_failures(response.body, since);
  check_error(failures);
  for (const auto& failed : failures.value_or(std::vector<LaunchFailure>{})) {
    must_hold(failed.time >= since, "what failed before doesn't count");
    must_hold(failed.why.empty() || is_for_people(failed.why), "why it failed can be shown");
  }
}

void try_program(std::string_view text) {
  const auto look = read_group_words(text);
  check_error(look);
  if (!look) return;
  check_look(*look);
  std::set<std::string> ids;
  for (const auto& member : look->members) {
    must_hold(ids.insert(member.id).second, "an id is one machine's");
    must_hold(member.id.front() != '-', "no id is an option");
    must_hold(is_for_people(member.id), "an id can be shown");
  }
}

void try_credentials(std::string_view text) {
  const auto fits_header = [](const AwsCredentials& credentials) {
    for (const auto* word : {&credentials.access_key_id, &credentials.session_token}) {
      for (const char c : *word)
        must_hold(c > 0x20 && c < 0x7f, "credentials end no header");
    }
  };
  const auto reply = read_credentials_reply("a place", text);
  check_error(reply);
  if (reply) fits_header(*reply);
  const auto variables = read_variables(text);
  const auto found = credentials_in(
      "a place", names_in_environment, [&](std::string_view name) -> std::optional<std::string> {
        const auto variable = variables.find(std::string(name));
        if (variable == variables.end()) return std::nullopt;
        return variable->second;
      });
  check_error(found);
  if (found && *found) fits_header(**found);
  read_profile(text, "default");
}

}  // namespace

/// The first line is the HTTP status, the rest the body.
void try_input(std::string_view input) {
  try_program(input);
  try_credentials(input);
  const auto word = take_line(input);
  int status = 200;
  std::from_chars(word.data(), word.data() + word.size(), status);
  try_aws({.status = status, .headers = {}, .body = std::string(input)});
}

}  // namespace scale_fleet
