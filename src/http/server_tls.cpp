#include "http/server_tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

namespace ssl = boost::asio::ssl;
using Path = std::filesystem::path;

tl::unexpected<Error> unusable(std::string_view what, const Path& file, std::string_view why) {
  ERR_clear_error();  // Or the next call of OpenSSL's would be blamed for it.
  return failure(
      ErrorKind::usage,
      fmt::format("cannot serve TLS with the {} {}: {}", what, printable(file.string()), why));
}

/// OpenSSL would say of a missing file what it says of an empty one.
Outcome check_can_be_read(std::string_view what, const Path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  if (!file) return unusable(what, path, std::generic_category().message(errno));
  if (std::fgetc(file.get()) != EOF) return {};
  return unusable(
      what,
      path,
      std::ferror(file.get()) != 0 ? std::generic_category().message(errno) : "it is empty");
}

Outcome use_certificate(SSL_CTX* tls, const Path& file) {
  constexpr auto what = "certificate";
  if (auto fine = check_can_be_read(what, file); !fine) return fine;
  if (SSL_CTX_use_certificate_chain_file(tls, file.c_str()) == 1) return {};
  return unusable(what, file, "there is no certificate in it that can be used, in PEM form");
}

/// In place of OpenSSL's own, which would ask on the terminal.
int no_passphrase(char* /*text*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return 0;
}

Outcome use_key(SSL_CTX* tls, const Path& file, const Path& certificate) {
  constexpr auto what = "key";
  if (auto fine = check_can_be_read(what, file); !fine) return fine;
  const std::unique_ptr<BIO, int (*)(BIO*)> bytes(BIO_new_file(file.c_str(), "r"), &BIO_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      bytes ? PEM_read_bio_PrivateKey(bytes.get(), nullptr, &no_passphrase, nullptr) : nullptr,
      &EVP_PKEY_free);
  if (!key)
    return unusable(what, file, "there is no private key in it, in PEM form without a passphrase");
  const auto* of_server = SSL_CTX_get0_certificate(tls);
  if (X509_check_private_key(of_server, key.get()) == 1 &&
      SSL_CTX_use_PrivateKey(tls, key.get()) == 1)
    return {};
  return unusable(
      what, file, fmt::format("it is not of the certificate {}", printable(certificate.string())));
}

Outcome demand_clients_of(SSL_CTX* tls, const Path& file) {
  constexpr auto what = "clients' authority";
  if (auto fine = check_can_be_read(what, file); !fine) return fine;
  auto* names = SSL_load_client_CA_file(file.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(tls, file.c_str(), nullptr) != 1) {
    sk_X509_NAME_pop_free(names, &X509_NAME_free);
    return unusable(what, file, "there is no certificate in it, in PEM form");
  }
  SSL_CTX_set_client_CA_list(tls, names);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

void set_manners(SSL_CTX* tls) {
  SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
  SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(tls, 0);
  SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_server_tls(const ServerTls& files) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  auto* tls = context->native_handle();
  set_manners(tls);
  auto fine = use_certificate(tls, files.certificate).and_then([&] {
    return use_key(tls, files.key, files.certificate);
  });
  if (fine && files.client_ca) fine = demand_clients_of(tls, *files.client_ca);
  if (!fine) return tl::unexpected(fine.error());
  return context;
}

}  // namespace scale_fleet
