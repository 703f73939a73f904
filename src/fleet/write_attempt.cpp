#include "fleet/write_attempt.hpp"

#include <fmt/format.h>

#include "fleet/reply.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

using End = WriteEnd::Result;

/// What a unit looks like whose stored desired state is none of the three words: it is in no list,
/// and answers 500 to everything (upstream issue 1356).
constexpr std::string_view broken_unit_hint =
    "; if other units answer, Fleet holds a broken unit of that name, which only etcd can repair";

WriteAttempt::Next done() {
  return {.ended = End::done};
}

WriteAttempt::Next failed(Error error) {
  return {.ended = End::failed, .error = std::move(error)};
}

WriteAttempt::Next failed(ErrorKind kind, std::string message) {
  return failed(Error{.kind = kind, .message = std::move(message)});
}

}  // namespace

HttpRequest WriteAttempt::request() const {
  HttpRequest request{.method = "GET",
                      .target = "/fleet/v1/units/" + percent_encoded(write_->unit)};
  request.on_fresh_connection = failures_ > 0;
  if (phase_ == Phase::looking) return request;
  if (write_->kind == Write::Kind::destroy) {
    request.method = "DELETE";
    return request;
  }
  request.method = "PUT";
  request.headers = {{"Content-Type", "application/json"}};
  const bool with_options = write_->kind != Write::Kind::set_state;
  request.body = write_put_body(write_->state, with_options ? write_->options.get() : nullptr);
  return request;
}

WriteAttempt::Next WriteAttempt::on_reply(const HttpResult& reply, double random) {
  return phase_ == Phase::writing ? on_write_reply(reply, random) : on_look_reply(reply, random);
}

WriteAttempt::Next WriteAttempt::on_write_reply(const HttpResult& reply, double random) {
  switch (classify(reply)) {
    case ReplyClass::success:
      // Fleet answers 201 or 204 to a write; 200 with a page is some proxy's.
      if (reply->status != 200 || reply->body.empty()) return done();
      break;
    case ReplyClass::not_there:
      // Somebody was quicker, or an earlier attempt of ours was: gone is gone.
      if (write_->kind == Write::Kind::destroy) return done();
      break;
    case ReplyClass::not_sent:
      return again(Phase::writing, reply, random);
    case ReplyClass::unclear:
      return again(Phase::looking, reply, random);
    case ReplyClass::refused:
    case ReplyClass::hopeless:
      break;
  }
  return failed(to_error(reply, doing(), failures_ + 1));
}

WriteAttempt::Next WriteAttempt::on_look_reply(const HttpResult& reply, double random) {
  switch (classify(reply)) {
    case ReplyClass::success:
      if (const auto unit = read_unit(reply->body)) return judge(*unit);
      return again(Phase::looking, reply, random);
    case ReplyClass::not_there:
      if (write_->kind == Write::Kind::destroy) return done();
      if (write_->kind == Write::Kind::set_state) {
        return failed(ErrorKind::refused,
                      fmt::format("cannot {}: somebody destroyed it meanwhile", doing()));
      }
      return write_again();
    case ReplyClass::not_sent:
    case ReplyClass::unclear:
      return again(Phase::looking, reply, random);
    case ReplyClass::refused:
    case ReplyClass::hopeless:
      break;
  }
  return failed(to_error(reply, doing(), failures_ + 1));
}

WriteAttempt::Next WriteAttempt::judge(const Unit& unit) {
  const bool state_is_set = unit.desired_state == write_->state;
  switch (write_->kind) {
    case Write::Kind::destroy:
      return write_again();
    case Write::Kind::set_state:
      return state_is_set ? done() : write_again();
    case Write::Kind::replace:
      return state_is_set && unit.options == *write_->options ? done() : write_again();
    case Write::Kind::create:
      break;
  }
  if (unit.options != *write_->options) {
    return failed(
        ErrorKind::refused,
        fmt::format("cannot {}: somebody else created it meanwhile, with other options; it "
                    "was left as it is",
                    doing()));
  }
  return state_is_set ? done() : write_again();
}

WriteAttempt::Next WriteAttempt::write_again() {
  if (stopping_) {
    // It was sent and may yet be carried out: nobody can call it untouched.
    return failed(
        ErrorKind::interrupted,
        fmt::format("cannot {}: interrupted by a signal; Fleet did not answer, and at the "
                    "last look it was not done",
                    doing()));
  }
  phase_ = Phase::writing;
  return {};
}

WriteAttempt::Next WriteAttempt::again(Phase phase, const HttpResult& reply, double random) {
  phase_ = phase;
  ++failures_;
  if (stopping_ && phase == Phase::writing) return {.ended = End::skipped};
  if (stopping_ || failures_ > retry_.retries) {
    auto error = to_error(reply, doing(), failures_);
    if (error.http_status == 500) error.message += std::string(broken_unit_hint);
    return failed(std::move(error));
  }
  const auto delay = retry_delay(retry_, failures_, retry_after(reply), random);
  const auto seconds = std::chrono::duration<double>(delay).count();
  return {.delay = delay,
          .retry_reason = fmt::format("{}: {}; trying again in {:.1f} s (attempt {} of {})",
                                      write_->unit,
                                      describe(reply),
                                      seconds,
                                      failures_ + 1,
                                      retry_.retries + 1)};
}

bool WriteAttempt::stop() {
  stopping_ = true;
  return phase_ == Phase::looking;
}

std::string WriteAttempt::doing() const {
  switch (write_->kind) {
    case Write::Kind::create:
      return "create " + write_->unit;
    case Write::Kind::replace:
      return "replace " + write_->unit;
    case Write::Kind::set_state:
      return fmt::format("set {} to {}", write_->unit, to_string(write_->state));
    case Write::Kind::destroy:
      break;
  }
  return "destroy " + write_->unit;
}

}  // namespace scale_fleet
