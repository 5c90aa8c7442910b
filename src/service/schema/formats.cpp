#include "service/schema/formats.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace chutes::service {
namespace {

constexpr const char* date = R"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))";
constexpr const char* time_of_day =
    R"((?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+\-](?:[01]\d|2[0-3]):[0-5]\d))";
constexpr const char* duration = R"(P(?:\d+W|(?=\d|T\d)(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?)"
                                 R"((?:T(?=\d)(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?))";
constexpr const char* uuid = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";
constexpr const char* json_pointer = "(?:/(?:[^~/]|~[01])*)*";
constexpr const char* relative_json_pointer = R"((?:0|[1-9]\d*)(?:#|(?:/(?:[^~/]|~[01])*)*))";
constexpr const char* uri_template = // RFC 6570
    R"((?:[^\x00-\x20\x7f"%<>\\^`{|}]|%[0-9A-Fa-f]{2})"
    R"(|\{[+#./;?&=,!@|]?(?:(?:\w|%[0-9A-Fa-f]{2})(?:\.?(?:\w|%[0-9A-Fa-f]{2}))*(?::[1-9]\d{0,3}|\*)?)"
    R"((?:,(?:\w|%[0-9A-Fa-f]{2})(?:\.?(?:\w|%[0-9A-Fa-f]{2}))*(?::[1-9]\d{0,3}|\*)?)*)\})*)";
constexpr const char* hostname =
    R"((?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*)";
constexpr const char* ucs = R"(\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{efffd})";
constexpr const char* private_use = R"(\u{e000}-\u{f8ff}\u{f0000}-\u{10fffd})";

std::string ipv4() {
  const std::string octet = R"((?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))";
  return octet + "(?:\\." + octet + "){3}";
}

// RFC 3986 §3.2.2
std::string ipv6() {
  const std::string group = "[0-9A-Fa-f]{1,4}";
  const std::string last = "(?:" + group + ":" + group + "|" + ipv4() + ")";
  const auto before = [&](const char* most) {
    return "(?:(?:" + group + ":){0," + most + "}" + group + ")?::";
  };
  const auto after = [&](const char* count) { return "(?:" + group + ":){" + count + "}"; };
  return "(?:" + after("6") + last + "|::" + after("5") + last + "|" + before("0") + after("4") + last + "|" +
         before("1") + after("3") + last + "|" + before("2") + after("2") + last + "|" + before("3") + group +
         ":" + last + "|" + before("4") + last + "|" + before("5") + group + "|" + before("6") + ")";
}

// RFC 3986, and with more letters RFC 3987.
struct Addresses {
  std::string absolute;
  std::string reference;

  Addresses(const std::string& letters, const std::string& query_letters) {
    const std::string encoded = "%[0-9A-Fa-f]{2}";
    const std::string inside = R"(A-Za-z0-9._~!$&'()*+,;=\-)" + letters;
    const auto some = [&](const std::string& more) { return "(?:[" + inside + more + "]|" + encoded + ")"; };
    const std::string character = some(":@");
    const std::string segments = "(?:/" + character + "*)*";
    const std::string literal =
        R"(\[(?:)" + ipv6() + R"(|[Vv][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:\-]+)\])";
    const std::string authority =
        "//(?:" + some(":") + "*@)?(?:" + literal + "|" + some("") + R"(*)(?::\d*)?)";
    const std::string rooted = authority + segments + "|/(?:" + character + "+" + segments + ")?";
    const std::string end = "(?:\\?" + some(":@/?" + query_letters) + "*)?(?:#" + some(":@/?") + "*)?";
    absolute = R"([A-Za-z][A-Za-z0-9+.\-]*:(?:)" + rooted + "|" + character + "+" + segments + "|)" + end;
    reference = "(?:" + absolute + "|(?:" + rooted + "|" + some("@") + "+" + segments + "|)" + end + ")";
  }
};

std::string mailbox(const std::string& letters) {
  const std::string atom = R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~\-)" + letters + "]+";
  const std::string quoted = R"("(?:[\x20\x21\x23-\x5b\x5d-\x7e)" + letters + R"(]|\\[\x20-\x7e])*")";
  const std::string label =
      "[A-Za-z0-9" + letters + "](?:[A-Za-z0-9\\-" + letters + "]{0,61}[A-Za-z0-9" + letters + "])?";
  return "(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")@(?:" + label + "(?:\\." + label +
         ")*|\\[(?:" + ipv4() + "|[Ii][Pp][Vv]6:" + ipv6() + ")\\])";
}

// The pattern of a whole text in this format; empty for what is no format, or needs more than a pattern.
std::string pattern_of(const std::string& format) {
  static const std::map<std::string, std::string> patterns = [] {
    const Addresses uri{"", ""};
    const Addresses iri{ucs, private_use};
    return std::map<std::string, std::string>{
        {"date", date},
        {"time", time_of_day},
        {"date-time", std::string{date}.append("[Tt]").append(time_of_day)},
        {"duration", duration},
        {"email", mailbox("")},
        {"idn-email", mailbox(R"(\u{80}-\u{10ffff})")},
        {"hostname", hostname},
        {"ipv4", ipv4()},
        {"ipv6", ipv6()},
        {"uri", uri.absolute},
        {"uri-reference", uri.reference},
        {"iri", iri.absolute},
        {"iri-reference", iri.reference},
        {"uuid", uuid},
        {"uri-template", uri_template},
        {"json-pointer", json_pointer},
        {"relative-json-pointer", relative_json_pointer}};
  }();
  const auto found = patterns.find(format);
  return found == patterns.end() ? "" : "^(?:" + found->second + ")$";
}

int number_at(const std::string& text, std::size_t at, std::size_t digits) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + digits, number);
  return number;
}

// "2023-02-29" has the form of a date, and is none.
bool is_day(const std::string& text) {
  return std::chrono::year_month_day{std::chrono::year{number_at(text, 0, 4)},
                                     std::chrono::month{static_cast<unsigned>(number_at(text, 5, 2))},
                                     std::chrono::day{static_cast<unsigned>(number_at(text, 8, 2))}}
      .ok();
}

// A leap second is the last of a day in UTC (RFC 3339 §5.7). `at` is where the time begins.
bool is_second(const std::string& text, std::size_t at) {
  if (number_at(text, at + 6, 2) < 60)
    return true;
  constexpr int day = 24 * 60;
  int minute = 60 * number_at(text, at, 2) + number_at(text, at + 3, 2);
  if (const auto sign = text.find_first_of("+-", at); sign != std::string::npos) {
    const int offset = 60 * number_at(text, sign + 1, 2) + number_at(text, sign + 4, 2);
    minute += text[sign] == '+' ? -offset : offset;
  }
  return (minute + day) % day == day - 1;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What a pattern leaves open.
Match decided(const std::string& text, const std::string& format) {
  if (format == "date" || format == "date-time")
    if (!is_day(text))
      return Match::no;
  if (format == "time" || format == "date-time")
    return is_second(text, format == "time" ? 0 : 11) ? Match::yes : Match::no;
  if (format == "hostname" && lower(text).find("xn--") != std::string::npos)
    return Match::unknown; // which characters it stands for is IDNA's to judge
  return Match::yes;
}

} // namespace

Match has_format(const std::string& text, const std::string& format, EcmaPatterns& patterns) {
  if (format == "regex")
    return patterns.is_pattern(text);
  if (format == "idn-hostname")
    return is_ascii(text) ? has_format(text, "hostname", patterns) : Match::unknown;
  const auto pattern = pattern_of(format);
  if (pattern.empty())
    return Match::yes;
  const auto match = patterns.find(pattern, text);
  return match == Match::yes ? decided(text, format) : match;
}

} // namespace chutes::service
