#include "linux/tls/lazy_ca_bundle.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/error.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace chutes::on_linux {
namespace {

constexpr std::size_t file_limit = 16U << 20U;

struct FreeX509 {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct FreeName {
  void operator()(X509_NAME* name) const noexcept { X509_NAME_free(name); }
};

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// One element of DER (X.690 §8.1): its tag and content. Takes it off the front of `rest`; absent if it does
// not fit.
struct Element {
  unsigned char tag = 0;
  std::string_view content;
  std::string_view whole;
};

std::optional<Element> next_element(std::string_view& rest) {
  if (rest.size() < 2)
    return std::nullopt;
  std::size_t header = 2;
  std::size_t size = static_cast<unsigned char>(rest[1]);
  if (size >= 0x80) {
    const std::size_t digits = size & 0x7FU;
    if (digits == 0 || digits > 3 || rest.size() < header + digits)
      return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < digits; ++i)
      size = size << 8U | static_cast<unsigned char>(rest[header + i]);
    header += digits;
  }
  if (rest.size() - header < size)
    return std::nullopt;
  const Element element{static_cast<unsigned char>(rest[0]), rest.substr(header, size),
                        rest.substr(0, header + size)};
  rest.remove_prefix(header + size);
  return element;
}

// Empty if `text` is not base64.
std::string decode_pem(std::string_view text) {
  std::string packed{text};
  std::erase_if(packed, is_space);
  return base64_decode(packed).value_or("");
}

// The DER of every certificate in PEM, be it called "CERTIFICATE" or "TRUSTED CERTIFICATE" (with OpenSSL's
// trust settings).
std::vector<std::string> certificates_in(std::string_view pem) {
  constexpr std::string_view begin_mark = "-----BEGIN ", end_mark = "-----END ",
                             label_end = "CERTIFICATE-----";
  std::vector<std::string> result;
  for (auto at = pem.find(begin_mark); at != std::string_view::npos; at = pem.find(begin_mark, at)) {
    const auto line_end = pem.find('\n', at);
    at += begin_mark.size();
    if (line_end == std::string_view::npos)
      break;
    const auto end = std::min(pem.find(end_mark, line_end), pem.size());
    if (pem.substr(at, line_end - at).find(label_end) == std::string_view::npos)
      continue;
    result.push_back(decode_pem(pem.substr(line_end + 1, end - line_end - 1)));
  }
  return result;
}

class LazyBundle {
public:
  explicit LazyBundle(std::string_view pem) {
    for (auto& der : certificates_in(pem))
      if (!subject_of(der).empty())
        m_entries.push_back({std::move(der), nullptr});
  }

  [[nodiscard]] bool empty() const { return m_entries.empty(); }

  // Puts every authority of that name into `store`; the first of them, which stays ours, or null. From any
  // thread.
  X509* find(const X509_NAME* name, X509_STORE* store) {
    const std::lock_guard guard{m_mutex};
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &bytes, &size) != 1)
      return nullptr;
    const std::string_view wanted{reinterpret_cast<const char*>(bytes), size};
    X509* first = add_matching(store, [&](const Entry& entry) { return subject_of(entry.der) == wanted; });
    // The same name may be spelled in another string type or case (RFC 5280 §7.1): OpenSSL compares what it
    // means.
    return first != nullptr ? first
                            : add_matching(store, [&](const Entry& entry) { return means(entry, name); });
  }

private:
  struct Entry {
    std::string der;
    std::unique_ptr<X509, FreeX509> certificate; // once asked for
  };

  static bool means(const Entry& entry, const X509_NAME* name) {
    const auto subject = subject_of(entry.der);
    const unsigned char* bytes = as_bytes(subject);
    const std::unique_ptr<X509_NAME, FreeName> parsed{
        d2i_X509_NAME(nullptr, &bytes, static_cast<long>(subject.size()))};
    return parsed && X509_NAME_cmp(parsed.get(), name) == 0;
  }

  template <typename Matches>
  X509* add_matching(X509_STORE* store, const Matches& matches) {
    X509* first = nullptr;
    for (auto& entry : m_entries) {
      if (!matches(entry))
        continue;
      if (!entry.certificate) {
        const unsigned char* bytes = as_bytes(entry.der);
        entry.certificate.reset(d2i_X509_AUX(nullptr, &bytes, static_cast<long>(entry.der.size())));
      }
      if (entry.certificate && X509_STORE_add_cert(store, entry.certificate.get()) == 1 && first == nullptr)
        first = entry.certificate.get();
    }
    ERR_clear_error();
    return first;
  }

  std::vector<Entry> m_entries;
  std::mutex m_mutex;
};

int find_by_subject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name, X509_OBJECT* result) {
  if (type != X509_LU_X509)
    return 0;
  auto* bundle = static_cast<LazyBundle*>(X509_LOOKUP_get_method_data(lookup));
  X509* found = bundle->find(name, X509_LOOKUP_get_store(lookup));
  if (found == nullptr || X509_OBJECT_set1_X509(result, found) != 1)
    return 0;
  X509_free(found); // the caller expects a reference that is not counted, as OpenSSL's own lookups give
  return 1;
}

void free_bundle(X509_LOOKUP* lookup) {
  delete static_cast<LazyBundle*>(X509_LOOKUP_get_method_data(lookup));
}

X509_LOOKUP_METHOD* lazy_method() {
  static X509_LOOKUP_METHOD* const method = [] {
    X509_LOOKUP_METHOD* made = X509_LOOKUP_meth_new("Certificates of a bundle, parsed when asked for");
    X509_LOOKUP_meth_set_get_by_subject(made, find_by_subject);
    X509_LOOKUP_meth_set_free(made, free_bundle);
    return made;
  }();
  return method;
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string content;
  std::string piece(64U << 10U, '\0');
  while (content.size() < file_limit &&
         (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0))
    content.append(piece, 0, static_cast<std::size_t>(file.gcount()));
  return content;
}

} // namespace

// Certificate ::= SEQUENCE { SEQUENCE { [0] version OPTIONAL, serialNumber, signature, issuer, validity,
// subject, … } … }
std::string_view subject_of(std::string_view der) {
  const auto certificate = next_element(der);
  if (!certificate || certificate->tag != 0x30)
    return {};
  auto rest = certificate->content;
  const auto body = next_element(rest);
  if (!body || body->tag != 0x30)
    return {};
  rest = body->content;
  const bool has_version = !rest.empty() && static_cast<unsigned char>(rest.front()) == 0xA0;
  for (int before_subject = has_version ? 5 : 4; before_subject > 0; --before_subject)
    if (!next_element(rest))
      return {};
  const auto subject = next_element(rest);
  return subject && subject->tag == 0x30 ? subject->whole : std::string_view{};
}

void add_lazy_bundle(X509_STORE* store, const std::string& path) {
  auto bundle = std::make_unique<LazyBundle>(read_file(path));
  if (bundle->empty())
    throw Error{ErrorKind::usage, "could not read certificates from " + path,
                "SSL_CERT_FILE must name a readable file of PEM certificates; unset it to trust the system's "
                "authorities"};
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store, lazy_method());
  if (lookup == nullptr || X509_LOOKUP_set_method_data(lookup, bundle.get()) != 1)
    throw Error{ErrorKind::internal, "OpenSSL could not load a bundle of certificates"};
  (void)bundle.release(); // freed with the lookup
}

} // namespace chutes::on_linux
