#include <charconv>

#include "etcd/key_request.hpp"
#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/platform/lock_holder.hpp"

namespace scale_fleet {
namespace {

/// What others may have left in a lock file or a lease.
void try_holder(std::string_view text) {
  const auto holder = read_lock_holder(text);
  must_hold(is_for_people(describe(holder)), "a holder can be shown");
  auto without_token = holder;
  without_token.token.clear();
  must_hold(describe(without_token) == describe(holder), "a token is never shown");
  const auto written = write_lock_holder(holder);
  must_hold(written.find('\n') == written.size() - 1, "a holder is one line");
}

}  // namespace

/// The first line is the HTTP status, the rest the body.
void try_input(std::string_view input) {
  const auto word = take_line(input);
  int status = 200;
  std::from_chars(word.data(), word.data() + word.size(), status);
  const auto reply = read_key_reply(HttpResponse{.status = status, .body = std::string(input)});
  if (reply.answer == KeyAnswer::done) {
    must_hold(status == 200 || status == 201, "only a success is one");
  } else {
    must_hold(is_for_people(reply.message), "what etcd says can be shown");
    must_hold(!reply.value.has_value(), "a value is that of a success");
  }
  if (reply.value) try_holder(*reply.value);
  try_holder(input);
}

}  // namespace scale_fleet
