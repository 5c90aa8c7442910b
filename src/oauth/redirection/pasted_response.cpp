#include "oauth/redirection/pasted_response.hpp"

#include "base/form.hpp"
#include "base/url.hpp"

#include <optional>

namespace chutes::oauth {
namespace {

constexpr std::size_t longest_paste = 8192;

// Without what mail programs, chats and hands put around an address.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view around = " \t\r\n\"'<>`";
  const auto begin = text.find_first_not_of(around);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(around) - begin + 1);
}

bool is_address(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

// The query of an address that our redirect URI leads to. A browser adds a fragment of its own at times.
std::variant<std::string, BadPaste> query_of(std::string_view address, const std::string& redirect_uri) {
  const auto url = Url::parse(address.substr(0, address.find('#')));
  const auto wanted = Url::parse(redirect_uri);
  if (!url || !wanted)
    return BadPaste{"that is no address: it may have been cut off, or two were pasted"};
  const bool here = url->origin() == wanted->origin();
  const auto fields = parse_form(url->query.value_or(""));
  if ((fields && count_field(*fields, "code_challenge") > 0) || (here && url->path.starts_with("/start/")))
    return BadPaste{"that is the address to open; wanted is the one the browser ends on after Allow"};
  if (!here || url->path != wanted->path)
    return BadPaste{"that is not where this sign-in ends; the address begins with " + redirect_uri};
  if (!url->query)
    return BadPaste{"the address has nothing behind " + redirect_uri + ": it was cut off"};
  return *url->query;
}

// What a person can do about a query that is not our answer.
BadPaste explain(std::string_view query, const State& state) {
  const auto fields = parse_form(query);
  if (!fields)
    return {"the address is damaged: it was cut off in the middle of a character"};
  const auto given = single_field(*fields, "state");
  if (!given && count_field(*fields, "error") > 0)
    return {"the address tells of an error, but not that it is this sign-in's: its state is missing"};
  if (!given)
    return {"the address has no state, or has it twice; paste all of it, as the browser shows it"};
  if (given->size() < state.value().size()) // all of ours have one length
    return {"the address was cut off in its state; paste all of it, as the browser shows it"};
  if (!state.matches(*given))
    return {"the address belongs to another sign-in; paste the one that this sign-in ended on"};
  if (count_field(*fields, "code") + count_field(*fields, "error") == 0)
    return {"the address has no code; paste all of it, as the browser shows it"};
  return {"the address is not one the service makes: a part is there twice, or names another issuer"};
}

} // namespace

std::variant<AuthorizationResponse, BadPaste> read_pasted_response(std::string_view pasted,
                                                                   const std::string& redirect_uri,
                                                                   const State& state,
                                                                   const IssuerPolicy& issuer) {
  if (pasted.size() > longest_paste)
    return BadPaste{"that is too long for an address"};
  const auto text = trimmed(pasted);
  if (text.empty())
    return BadPaste{"nothing was pasted"};
  std::string query{text.starts_with('?') ? text.substr(1) : text};
  if (is_address(text)) {
    auto found = query_of(text, redirect_uri);
    if (auto* bad = std::get_if<BadPaste>(&found))
      return std::move(*bad);
    query = std::move(std::get<std::string>(found));
  } else if (query.find('=') == std::string::npos) {
    return BadPaste{
        "that is not the whole address; the code alone does not prove that it answers this sign-in"};
  }
  auto judged = validate_response(query, state, issuer);
  if (auto* response = std::get_if<AuthorizationResponse>(&judged))
    return std::move(*response);
  return explain(query, state);
}

} // namespace chutes::oauth
