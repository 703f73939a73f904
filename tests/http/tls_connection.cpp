#include "http/tls_connection.hpp"

#include <openssl/err.h>

#include <array>
#include <stdexcept>

namespace scale_fleet {

TlsConnection::TlsConnection(const std::string& endpoint, const TlsClient& client)
    : raw_(endpoint),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      tls_(nullptr, &SSL_free) {
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_.get(), client.newest);
  SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
  if (client.certificate &&
      (SSL_CTX_use_certificate_chain_file(context_.get(), client.certificate->c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(context_.get(), client.key->c_str(), SSL_FILETYPE_PEM) != 1))
    throw std::runtime_error("the client's certificate can't be used");
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), raw_.descriptor());
  is_open_ = SSL_connect(tls_.get()) == 1;
  ERR_clear_error();
}

void TlsConnection::send(std::string_view bytes) {
  std::size_t sent = 0;
  SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
  ERR_clear_error();
}

std::string TlsConnection::read_to_end() {
  std::string all;
  std::array<char, 4096> block{};
  std::size_t count = 0;
  while (SSL_read_ex(tls_.get(), block.data(), block.size(), &count) == 1)
    all.append(block.data(), count);
  ended_cleanly_ = SSL_get_error(tls_.get(), 0) == SSL_ERROR_ZERO_RETURN;
  ERR_clear_error();
  return all;
}

}  // namespace scale_fleet
