#include "oauth/same_site.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <dlfcn.h>
#include <libpsl.h>
#include <string_view>

namespace chutes::oauth {
namespace {

// libpsl, loaded at the first question: with the libraries that it needs, it would cost every start of the
// program a twelfth of its time. It stays loaded.
class PublicSuffixList {
public:
  static const PublicSuffixList& get() {
    static const PublicSuffixList list;
    return list;
  }

  // Only suffixes that are listed, not every unknown top-level domain.
  [[nodiscard]] bool lists(const std::string& name) const {
    return m_is_public_suffix(m_list, name.c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
  }
  // Empty for a public suffix.
  [[nodiscard]] std::string_view registrable_domain(const std::string& name) const {
    const char* domain = m_registrable_domain(m_list, name.c_str());
    return domain == nullptr ? std::string_view{} : std::string_view{domain};
  }

private:
  PublicSuffixList() {
    void* library = ::dlopen("libpsl.so.5", RTLD_LAZY | RTLD_LOCAL);
    m_is_public_suffix = function<decltype(m_is_public_suffix)>(library, "psl_is_public_suffix2");
    m_registrable_domain = function<decltype(m_registrable_domain)>(library, "psl_registrable_domain");
    // The system's list if it is newer than the library's own.
    m_list = function<decltype(&psl_latest)>(library, "psl_latest")(nullptr);
    if (m_list == nullptr)
      throw unavailable();
  }

  template <typename Function>
  static Function function(void* library, const char* name) {
    auto* symbol = library == nullptr ? nullptr : ::dlsym(library, name);
    if (symbol == nullptr)
      throw unavailable();
    return reinterpret_cast<Function>(symbol);
  }

  static Error unavailable() {
    return {ErrorKind::internal, "cannot load libpsl, which tells whether two hosts belong to one domain",
            "install libpsl5"};
  }

  decltype(&psl_is_public_suffix2) m_is_public_suffix = nullptr;
  decltype(&psl_registrable_domain) m_registrable_domain = nullptr;
  const psl_ctx_t* m_list = nullptr;
};

// No top-level domain begins with a digit.
bool is_address(std::string_view host) {
  const auto last = host.substr(host.rfind('.') + 1); // npos + 1 is 0
  return host.find(':') != std::string_view::npos || (!last.empty() && is_digit(last.front()));
}

bool is_domain_name(std::string_view host) {
  return !host.empty() && !host.ends_with('.') && !is_address(host);
}

} // namespace

bool same_site(const std::string& host, const std::string& issuer) {
  const auto name = lower(host);
  const auto other = lower(issuer);
  if (name == other)
    return true;
  if (!is_domain_name(name) || !is_domain_name(other))
    return false;
  const auto& list = PublicSuffixList::get();
  if (other.find('.') == std::string::npos)
    return name.ends_with("." + other) && !list.lists(other);
  const auto domain = list.registrable_domain(name);
  return !domain.empty() && domain == list.registrable_domain(other);
}

} // namespace chutes::oauth
