#include <string>
#include <vector>

#include "program/program_world.hpp"
#include "program/tls_server.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

std::string error_with(const TlsServer& server, const std::string& ca_file) {
  ProgramWorld world;
  const auto end =
      world.run({"my_app", "1", "--endpoint", server.endpoint(), "--ca-file", ca_file});
  CHECK(end.exit_code == 1);
  CHECK(end.out == "");
  CHECK(lines_in(end.err) == 1);
  return end.err;
}

}  // namespace

TEST_CASE("A TLS server is spoken to only where its certificate is right") {
  struct Row {
    std::string what;
    CertificateWish certificate;
    bool is_trusted = false;
    std::vector<std::string> options = {};
  };

  const auto only = [](const std::string& version) {
    return std::vector<std::string>{version, "-cipher", "ALL:@SECLEVEL=0"};
  };
  for (const auto& row : {Row{"right", {}, true},
                          Row{"right, TLS 1.2", {}, true, {"-tls1_2"}},
                          Row{"expired", {.valid_to = "20200102000000Z"}},
                          Row{"not yet valid", {.valid_from = "20980101000000Z"}},
                          Row{"for another host", {.address = "DNS:fleet.example"}},
                          Row{"for another address", {.address = "IP:127.0.0.2"}},
                          Row{"self-signed", {.authority = ""}},
                          Row{"of another authority", {.authority = "stranger"}},
                          Row{"TLS 1.1", {}, false, only("-tls1_1")},
                          Row{"TLS 1.0", {}, false, only("-tls1")}}) {
    CAPTURE(row.what);
    const TlsServer server(row.certificate, row.options);
    const auto error = error_with(server, server.ca_file());
    CAPTURE(error);
    CHECK(holds(error, "TLS failed") == !row.is_trusted);
    // Whose page is read has been spoken to.
    CHECK(holds(error, "not Fleet's") == row.is_trusted);
  }
}

TEST_CASE("A file without an authority is no reason to trust the system's, or anybody") {
  const TlsServer server({});
  const TemporaryFolder folder;
  for (const auto* text : {"", "no certificate\n"}) {
    const auto error = error_with(server, folder.write("ca.pem", text).string());
    CAPTURE(error);
    CHECK(holds(error, "TLS failed"));
  }
}

TEST_CASE("Instances are asked over TLS only where an authority of the caller's vouches for them") {
  const TlsServer server({});
  const TemporaryFolder folder;
  const auto file = folder.write("my_app@.service", "[Service]\nExecStart=/bin/app2 %i\n").string();
  for (const bool vouched : {true, false}) {
    CAPTURE(vouched);
    ProgramWorld world;
    world.fleet.stand(my_app_with({1}));
    std::vector<std::string> arguments{"deploy", "my_app", "--from", file, "--settle", "0"};
    for (const auto& word : {std::string("--check-http"), server.endpoint() + "/%i"})
      arguments.push_back(word);
    if (vouched) {
      for (const auto& word : {std::string("--check-ca-file"), server.ca_file()})
        arguments.push_back(word);
    } else {
      for (const auto* word : {"--timeout", "1"})
        arguments.emplace_back(word);
    }
    const auto end = world.run(arguments);
    INFO(end.err);
    CHECK(end.exit_code == (vouched ? 0 : 4));
    CHECK(holds(end.err, "is not trusted: ") == !vouched);
  }
}
