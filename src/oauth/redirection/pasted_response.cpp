#include "oauth/redirection/pasted_response.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "base/terminal_text.hpp"
#include "base/url.hpp"

#include <optional>

namespace chutes::oauth {
namespace {

constexpr std::size_t longest_paste = 8192;
constexpr std::string_view around = " \t\r\n\"'<>`"; // what mail programs and chats put around an address

bool has_scheme(std::string_view text) {
  const auto scheme = lower(text.substr(0, std::string_view{"https://"}.size()));
  return scheme.starts_with("http://") || scheme == "https://";
}

// Whether it is an address whose "http://" the browser has not copied: what stands before the query is no
// parameter.
bool lacks_scheme(std::string_view text) {
  const auto before_query = text.substr(0, text.find_first_of("?#"));
  return before_query.find('=') == std::string_view::npos && before_query.find('/') != std::string_view::npos;
}

// The query of an address that begins with our redirect URI. Browsers may append a fragment.
std::variant<std::string, BadPaste> query_of(std::string_view address, const std::string& redirect_uri) {
  const auto url = Url::parse(address.substr(0, address.find('#')));
  const auto wanted = Url::parse(redirect_uri);
  if (!url || !wanted)
    return BadPaste{"not a valid address: part of it is missing, or two were pasted"};
  const bool here = url->origin() == wanted->origin();
  const auto fields = parse_form(url->query.value_or(""));
  if ((fields && count_field(*fields, "code_challenge") > 0) || (here && url->path.starts_with("/start/")))
    return BadPaste{
        "this is the address to open; paste the one that the browser ends on after you press Allow"};
  if (!here || url->path != wanted->path)
    return BadPaste{"not an address of this sign-in, which begins with " + redirect_uri};
  if (!url->query)
    return BadPaste{"the address ends after " + redirect_uri + "; copy all of it"};
  return *url->query;
}

// Why a query is not our response, and what to do about it.
BadPaste explain(std::string_view query, const State& state) {
  const auto fields = parse_form(query);
  if (!fields)
    return {"the address ends in the middle of a character; copy all of it"};
  const auto given = single_field(*fields, "state");
  if (!given && count_field(*fields, "error") > 0)
    return {"the address reports an error, but has no state that proves that it answers this sign-in"};
  if (!given)
    return {"the address has no state, or two; copy all of it, as the browser shows it"};
  if (given->size() < state.value().size()) // all of ours have one length
    return {"the state at the end of the address is incomplete; copy all of it, as the browser shows it"};
  if (!state.matches(*given))
    return {"the address belongs to another sign-in; paste the one that this sign-in ended on"};
  if (count_field(*fields, "code") + count_field(*fields, "error") == 0)
    return {"the address has no code; copy all of it, as the browser shows it"};
  return {"the address is not from the service: it has a parameter twice"};
}

} // namespace

std::variant<AuthorizationResponse, BadPaste> read_pasted_response(std::string_view pasted,
                                                                   const std::string& redirect_uri,
                                                                   const State& state,
                                                                   const IssuerPolicy& issuer) {
  if (pasted.size() > longest_paste)
    return BadPaste{"too long for an address"};
  const auto typed = without_paste_marks(pasted);
  const auto text = trim(typed, around);
  if (text.empty())
    return BadPaste{"nothing was pasted"};
  std::string query{text.starts_with('?') ? text.substr(1) : text};
  if (has_scheme(text) || lacks_scheme(text)) {
    auto found =
        query_of(has_scheme(text) ? std::string{text} : std::string{"http://"}.append(text), redirect_uri);
    if (auto* bad = std::get_if<BadPaste>(&found))
      return std::move(*bad);
    query = std::move(std::get<std::string>(found));
  } else if (query.find('=') == std::string::npos) {
    return BadPaste{"not the whole address; the code alone does not prove that it answers this sign-in"};
  }
  auto validated = validate_response(query, state, issuer);
  if (auto* response = std::get_if<AuthorizationResponse>(&validated))
    return std::move(*response);
  return explain(query, state);
}

} // namespace chutes::oauth
