#include "service/schema/ecma_pattern.hpp"

#include <array>
#include <dlfcn.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace chutes::service {
namespace {

constexpr std::uint32_t most_steps = 20'000;     // of one match: less than a millisecond
constexpr std::uint32_t most_memory = 64 * 1024; // KiB

// PCRE2, loaded at the first pattern: few calls need it, and every start would wait for it. It stays loaded.
struct Pcre2 {
  decltype(&pcre2_compile) compile = nullptr;
  decltype(&pcre2_code_free) code_free = nullptr;
  decltype(&pcre2_match_context_create) match_context_create = nullptr;
  decltype(&pcre2_match_context_free) match_context_free = nullptr;
  decltype(&pcre2_set_match_limit) set_match_limit = nullptr;
  decltype(&pcre2_set_heap_limit) set_heap_limit = nullptr;
  decltype(&pcre2_match_data_create) match_data_create = nullptr;
  decltype(&pcre2_match_data_free) match_data_free = nullptr;
  decltype(&pcre2_match) match = nullptr;

  // Null if it is not installed.
  static const Pcre2* get() {
    static Pcre2 library;
    static const bool loaded = library.load();
    return loaded ? &library : nullptr;
  }

private:
  bool load() {
    void* handle = ::dlopen("libpcre2-8.so.0", RTLD_LAZY | RTLD_LOCAL);
    return handle != nullptr && find(handle, "pcre2_compile_8", compile) &&
           find(handle, "pcre2_code_free_8", code_free) &&
           find(handle, "pcre2_match_context_create_8", match_context_create) &&
           find(handle, "pcre2_match_context_free_8", match_context_free) &&
           find(handle, "pcre2_set_match_limit_8", set_match_limit) &&
           find(handle, "pcre2_set_heap_limit_8", set_heap_limit) &&
           find(handle, "pcre2_match_data_create_8", match_data_create) &&
           find(handle, "pcre2_match_data_free_8", match_data_free) && find(handle, "pcre2_match_8", match);
  }

  template <typename Function>
  static bool find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    return function != nullptr;
  }
};

PCRE2_SPTR bytes_of(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

// Whether PCRE2's complaint is about itself, not about the pattern.
bool is_limit(int error) {
  constexpr std::array limits{PCRE2_ERROR_QUANTIFIER_TOO_BIG,
                              PCRE2_ERROR_PATTERN_TOO_LARGE,
                              PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH,
                              PCRE2_ERROR_LOOKBEHIND_TOO_COMPLICATED,
                              PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP,
                              PCRE2_ERROR_PATTERN_TOO_COMPLICATED,
                              PCRE2_ERROR_LOOKBEHIND_TOO_LONG,
                              PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY,
                              PCRE2_ERROR_HEAP_FAILED};
  for (const int limit : limits)
    if (error == limit)
      return true;
  return false;
}

} // namespace

struct EcmaPatterns::Compiled {
  explicit Compiled(const std::string& pattern) {
    const auto* pcre2 = Pcre2::get();
    const auto translated = translated_pattern(pattern);
    if (!translated)
      validity = Match::no;
    if (pcre2 == nullptr || !translated)
      return;
    constexpr auto options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS |
                             PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    int error = 0;
    PCRE2_SIZE place = 0;
    code = pcre2->compile(bytes_of(*translated), translated->size(), options, &error, &place, nullptr);
    context = pcre2->match_context_create(nullptr);
    data = pcre2->match_data_create(1, nullptr);
    if (context != nullptr) {
      pcre2->set_match_limit(context, most_steps);
      pcre2->set_heap_limit(context, most_memory);
    }
    validity = code != nullptr ? Match::yes : is_limit(error) ? Match::unknown : Match::no;
  }
  ~Compiled() {
    if (const auto* pcre2 = Pcre2::get()) {
      pcre2->match_data_free(data);
      pcre2->match_context_free(context);
      pcre2->code_free(code);
    }
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  Match find(std::string_view text) {
    if (code == nullptr || context == nullptr || data == nullptr || gave_up)
      return Match::unknown;
    const int found = Pcre2::get()->match(code, bytes_of(text), text.size(), 0, 0, data, context);
    gave_up = found < 0 && found != PCRE2_ERROR_NOMATCH;
    return gave_up ? Match::unknown : found < 0 ? Match::no : Match::yes;
  }

  Match validity = Match::unknown;

private:
  pcre2_code* code = nullptr;
  pcre2_match_context* context = nullptr;
  pcre2_match_data* data = nullptr;
  bool gave_up = false;
};

EcmaPatterns::EcmaPatterns() = default;
EcmaPatterns::~EcmaPatterns() = default;

EcmaPatterns::Compiled& EcmaPatterns::compiled(const std::string& pattern) {
  auto& place = m_compiled[pattern];
  if (!place)
    place = std::make_unique<Compiled>(pattern);
  return *place;
}

Match EcmaPatterns::find(const std::string& pattern, std::string_view text) {
  return compiled(pattern).find(text);
}

Match EcmaPatterns::is_pattern(const std::string& pattern) {
  return compiled(pattern).validity;
}

} // namespace chutes::service
