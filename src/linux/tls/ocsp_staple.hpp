// What a server's certificate authority says of the certificate's revocation, where the server brings that
// along with the handshake (OCSP stapling, RFC 6066 §8): the request costs no round trip and reveals nothing
// to others.
#pragma once

#include <openssl/types.h>

namespace chutes::on_linux {

// Has every handshake of `context` ask for it. None given: nothing changes. One given: it has to be signed
// for that authority, of now, and say "good" of this very certificate; all else ends the handshake, with
// X509_V_ERR_CERT_REVOKED, X509_V_ERR_OCSP_CERT_UNKNOWN or X509_V_ERR_OCSP_VERIFY_FAILED as its verify
// result.
void verify_ocsp_staple(SSL_CTX* context);

} // namespace chutes::on_linux
