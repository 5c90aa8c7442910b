#include "linux/tls/tls_failure.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "linux/tls/openssl_configuration.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace chutes::on_linux {
namespace {

constexpr const char* ask_operator = "only the server's operator can fix this";
constexpr const char* no_client_certificate =
    "requires a client certificate, which this program does not have";

// What did not convince or did not work, and what the user may do about it.
struct Cause {
  std::string reason;
  std::string hint;
};

// The text without a capital at its front, unless that begins an abbreviation.
std::string lower_first(std::string text) {
  const auto second = text.size() > 1 ? text.substr(1, 1) : "";
  const bool abbreviation = second != lower(second);
  return abbreviation ? text : text.replace(0, 1, lower(text.substr(0, 1)));
}

std::string utf8(const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, text);
  std::string result;
  if (size > 0)
    result.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return result;
}

// The common name, else the organisation; empty if there is neither.
std::string name_text(const X509_NAME* name) {
  for (const int kind : {NID_commonName, NID_organizationName})
    if (const int at = X509_NAME_get_index_by_NID(name, kind, -1); at >= 0)
      return one_line(utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))), 100);
  return {};
}

// The authority that signed the last certificate found is not trusted here.
Cause unknown_authority(const SSL* ssl, const std::string& trust) {
  STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
  const int count = sk_X509_num(chain);
  const auto name = count > 0 ? name_text(X509_get_issuer_name(sk_X509_value(chain, count - 1))) : "";
  Cause cause{"the certificate is signed by an unknown authority" + (name.empty() ? "" : ", " + name),
              trust.empty() ? "if you trust that authority, set SSL_CERT_FILE to its PEM file"
                            : trust + " replaces the system's authorities: unset it, or add that authority"};
  if (count == 1) // public authorities sign through an intermediate one, which the server has to send
    cause.hint += "; otherwise the server may not send an intermediate certificate";
  return cause;
}

Cause distrust(const SSL* ssl, long verdict, const std::string& trust) {
  switch (verdict) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return {"the certificate has expired",
            "check this computer's clock; if it is right, the server's operator must renew the certificate"};
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return {"the certificate is not valid yet", "check this computer's clock"};
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return {"the certificate is for another name", "check the address; the connection may be intercepted"};
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    return {"the certificate is self-signed",
            trust.empty()
                ? "if you trust it, set SSL_CERT_FILE to its PEM file"
                : trust + " replaces the system's authorities: if you trust the certificate, add it"};
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    return unknown_authority(ssl, trust);
  case X509_V_ERR_CERT_REVOKED:
    return {"the certificate has been revoked", ask_operator};
  case X509_V_ERR_OCSP_CERT_UNKNOWN:
    return {"its authority does not know the certificate", ask_operator};
  case X509_V_ERR_OCSP_VERIFY_FAILED:
    return {"the OCSP response it sent is not valid",
            "check this computer's clock; if it is right, only the server's operator can fix this"};
  case X509_V_ERR_EE_KEY_TOO_SMALL:
  case X509_V_ERR_CA_KEY_TOO_SMALL:
    return {"a key in its certificates is too weak", ask_operator};
  case X509_V_ERR_CA_MD_TOO_WEAK:
    return {"its certificates are signed with a broken digest algorithm", ask_operator};
  case X509_V_ERR_INVALID_CA:
    return {"its certificate is signed by a certificate that may not sign others", ask_operator};
  default:
    return {lower_first(X509_verify_cert_error_string(verdict)), ask_operator};
  }
}

// "handshake failure": a TLS alert in its own words (RFC 8446 §6.2); empty if `reason` is none of the
// server's.
std::string alert_text(int reason) {
  return reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256
             ? SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET)
             : "";
}

// Why there was no common ground, as the end of "could not reach PEER: it …".
Cause no_handshake(const SSL* ssl, unsigned long code) {
  const int reason = ERR_GET_REASON(code);
  switch (reason) {
  case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_WRONG_SSL_VERSION:
    return {"does not speak TLS 1.2 or newer", ask_operator};
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
    return {"does not speak TLS there", "check the address, and the proxy if there is one"};
  default:
    break;
  }
  if (SSL_get0_peer_CA_list(ssl) != nullptr && !alert_text(reason).empty())
    return {no_client_certificate, ask_operator};
  if (const auto alert = alert_text(reason); !alert.empty())
    return {"refused the TLS handshake: " + alert, ask_operator};
  const auto text = code == 0 ? std::string{} : openssl_reason(code);
  if (text.empty() || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return {"closed the connection during the TLS handshake",
            "check the address, and the proxy if there is one"};
  return {"failed in the TLS handshake: " + text, ask_operator};
}

} // namespace

Error handshake_failure(const SSL* ssl, const TlsPeer& peer) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK) {
    const auto [reason, hint] = distrust(ssl, verdict, peer.trust);
    return {ErrorKind::network, "could not trust " + peer.name + ": " + reason, hint};
  }
  const auto [reason, hint] = no_handshake(ssl, code);
  return {ErrorKind::network, "could not reach " + peer.name + ": it " + reason, hint};
}

std::string alert_after_handshake() {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  ERR_clear_error();
  switch (reason) {
  case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: // TLS 1.3 tells after the handshake
    return no_client_certificate;
  case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: // there is only one handshake that can fail by now
    return "requested renegotiation, which this program does not support";
  default:
    return alert_text(reason).empty() ? "" : "sent the TLS alert: " + alert_text(reason);
  }
}

} // namespace chutes::on_linux
