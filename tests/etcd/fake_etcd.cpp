#include "etcd/fake_etcd.hpp"

#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return result;
}

std::map<std::string, std::string> fields_of(std::string_view form) {
  std::map<std::string, std::string> fields;
  while (!form.empty()) {
    const auto field = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(field.size() + 1, form.size()));
    const auto equals = field.find('=');
    fields[std::string(field.substr(0, equals))] = decoded(field.substr(equals + 1));
  }
  return fields;
}

HttpResponse error(int status, int code, std::string_view message) {
  return {.status = status,
          .headers = {},
          .body = fmt::format(R"({{"errorCode":{},"message":"{}"}})", code, message)};
}

/// The values that tests use need no escapes but the line feed's.
HttpResponse node(int status, std::string value) {
  if (value.ends_with('\n')) value.replace(value.size() - 1, 1, "\\n");
  return {.status = status,
          .headers = {},
          .body = fmt::format(R"({{"action":"x","node":{{"value":"{}"}}}})", value)};
}

class Member final : public HttpClient {
 public:
  Member(FakeEtcd& etcd, std::string name) : etcd_(etcd), name_(std::move(name)) {}

  void start(RequestId id, const HttpRequest& request) override {
    etcd_.asked.push_back(name_ + " " + request.method);
    ended_.push_back({.id = id, .result = etcd_.answer(request)});
  }

  std::vector<EndedRequest> wait(TimePoint) override { return std::exchange(ended_, {}); }

  std::string display_endpoint() const override { return name_; }

 private:
  FakeEtcd& etcd_;
  std::string name_;
  std::vector<EndedRequest> ended_;
};

}  // namespace

std::unique_ptr<HttpClient> FakeEtcd::member(const std::string& name) {
  return std::make_unique<Member>(*this, name);
}

std::optional<FakeEtcd::Key> FakeEtcd::key(const std::string& target) {
  const auto found = keys_.find(target);
  if (found == keys_.end() || found->second.expires <= clock_.now()) return std::nullopt;
  return found->second;
}

HttpResult FakeEtcd::answer(const HttpRequest& request) {
  before_request();
  const auto fault = faults.empty() ? EtcdFault::none : faults.front();
  if (!faults.empty()) faults.pop_front();
  const auto timed_out = tl::unexpected(
      TransportError{.failure = TransportFailure::timed_out, .message = "timed out"});
  switch (fault) {
    case EtcdFault::none:
      return carry_out(request);
    case EtcdFault::not_connected:
      return tl::unexpected(
          TransportError{.failure = TransportFailure::not_connected, .message = "refused"});
    case EtcdFault::lost_request:
      return timed_out;
    case EtcdFault::lost_reply:
      carry_out(request);
      return timed_out;
    case EtcdFault::unavailable:
      return HttpResponse{.status = 503, .headers = {}, .body = "later"};
    case EtcdFault::not_etcd:
      return HttpResponse{.status = 404, .headers = {}, .body = "404 page not found"};
    case EtcdFault::no_permission:
      return error(401, 110, "The request requires user authentication");
  }
  return timed_out;
}

HttpResult FakeEtcd::carry_out(const HttpRequest& request) {
  const auto question = request.target.find('?');
  const auto target = request.target.substr(0, question);
  const bool in_target = question != std::string::npos;
  auto fields = fields_of(in_target ? request.target.substr(question + 1) : request.body);
  const auto found = key(target);

  if (fields.contains("prevExist") && found) return error(412, 105, "Key already exists");
  if (!fields.contains("prevExist") && !found) return error(404, 100, "Key not found");
  if (fields.contains("prevValue") && found->value != fields["prevValue"]) {
    return error(412, 101, "Compare failed");
  }
  if (request.method == "GET") return node(200, found->value);
  if (request.method == "DELETE") {
    remove(target);
    return HttpResponse{.status = 200, .headers = {}, .body = R"({"action":"x","node":{}})"};
  }
  const auto ttl = std::chrono::seconds(std::stol(fields["ttl"]));
  set(target, {.value = fields["value"], .expires = clock_.now() + ttl});
  return node(found ? 200 : 201, fields["value"]);
}

}  // namespace scale_fleet
