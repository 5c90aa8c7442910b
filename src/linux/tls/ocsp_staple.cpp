#include "linux/tls/ocsp_staple.hpp"

#include "base/error.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include <memory>

namespace chutes::on_linux {
namespace {

constexpr long tolerable_skew = 5L * 60; // seconds between the authority's clock and ours
constexpr long age_without_end =
    7L * 24 * 60 * 60; // seconds, for an answer that does not say how long it holds

struct FreeOcsp {
  void operator()(OCSP_RESPONSE* response) const noexcept { OCSP_RESPONSE_free(response); }
  void operator()(OCSP_BASICRESP* statements) const noexcept { OCSP_BASICRESP_free(statements); }
  void operator()(OCSP_CERTID* id) const noexcept { OCSP_CERTID_free(id); }
};

// Whether `statement` is about `certificate`, whichever digest its authority names certificates by.
bool is_about(const OCSP_SINGLERESP* statement, const X509* certificate, const X509* issuer) {
  const OCSP_CERTID* id = OCSP_SINGLERESP_get0_id(statement);
  const std::unique_ptr<OCSP_CERTID, FreeOcsp> named{OCSP_CERTID_dup(id)};
  ASN1_OBJECT* digest = nullptr;
  if (!named || OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, named.get()) != 1)
    return false;
  const EVP_MD* known = EVP_get_digestbyobj(digest);
  if (known == nullptr)
    return false;
  const std::unique_ptr<OCSP_CERTID, FreeOcsp> ours{OCSP_cert_to_id(known, certificate, issuer)};
  return ours && OCSP_id_cmp(ours.get(), named.get()) == 0;
}

OCSP_SINGLERESP* statement_about(OCSP_BASICRESP* statements, const X509* certificate, const X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(statements); ++i)
    if (OCSP_SINGLERESP* statement = OCSP_resp_get0(statements, i); is_about(statement, certificate, issuer))
      return statement;
  return nullptr;
}

// A revocation counts however old it is.
long verdict_of(OCSP_SINGLERESP* statement) {
  ASN1_GENERALIZEDTIME* since = nullptr;
  ASN1_GENERALIZEDTIME* until = nullptr;
  const int status = OCSP_single_get0_status(statement, nullptr, nullptr, &since, &until);
  if (status == V_OCSP_CERTSTATUS_REVOKED)
    return X509_V_ERR_CERT_REVOKED;
  if (OCSP_check_validity(since, until, tolerable_skew, until == nullptr ? age_without_end : -1) != 1)
    return X509_V_ERR_OCSP_VERIFY_FAILED;
  return status == V_OCSP_CERTSTATUS_GOOD ? X509_V_OK : X509_V_ERR_OCSP_CERT_UNKNOWN;
}

long verdict_of(const unsigned char* bytes, long size, STACK_OF(X509) * chain, X509_STORE* store) {
  const std::unique_ptr<OCSP_RESPONSE, FreeOcsp> response{d2i_OCSP_RESPONSE(nullptr, &bytes, size)};
  if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return X509_V_ERR_OCSP_VERIFY_FAILED;
  const std::unique_ptr<OCSP_BASICRESP, FreeOcsp> statements{OCSP_response_get1_basic(response.get())};
  if (!statements || OCSP_basic_verify(statements.get(), chain, store, OCSP_PARTIAL_CHAIN) != 1)
    return X509_V_ERR_OCSP_VERIFY_FAILED;
  OCSP_SINGLERESP* statement =
      statement_about(statements.get(), sk_X509_value(chain, 0), sk_X509_value(chain, 1));
  return statement == nullptr ? X509_V_ERR_OCSP_VERIFY_FAILED : verdict_of(statement);
}

// Called once the certificate has been verified. 0 ends the handshake.
extern "C" int verify_staple(SSL* ssl, void* /*unused*/) {
  unsigned char* bytes = nullptr;
  const long size = SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &bytes);
  STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
  // A certificate that the user trusts by itself needs no word of an authority.
  if (bytes == nullptr || sk_X509_num(chain) < 2)
    return 1;
  const long verdict = verdict_of(bytes, size, chain, SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)));
  ERR_clear_error();
  if (verdict != X509_V_OK)
    SSL_set_verify_result(ssl, verdict);
  return verdict == X509_V_OK ? 1 : 0;
}

// SSL_CTX_set_tlsext_status_cb, without the cast its macro hides.
bool set_judge(SSL_CTX* context) {
  return SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                               reinterpret_cast<void (*)()>(verify_staple)) == 1;
}

} // namespace

void verify_ocsp_staple(SSL_CTX* context) {
  if (SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp) != 1 || !set_judge(context))
    throw Error{ErrorKind::internal, "OpenSSL could not request the certificate's status"};
}

} // namespace chutes::on_linux
