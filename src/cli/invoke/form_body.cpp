#include "cli/invoke/form_body.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "base/media_type.hpp"
#include "base/utf8.hpp"
#include "cli/command/input_text.hpp"
#include "cli/invoke/request_fields.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

struct Part {
  std::string name;
  std::string value;
  std::string file; // the file's name; empty if the value is not from a file
};

// "cat.png" of "@out/cat.png"; empty for a value that names no file.
std::string file_name_of(const std::string& value) {
  if (!value.starts_with('@'))
    return "";
  const auto path = value.substr(1);
  return path.substr(path.rfind('/') + 1);
}

std::vector<Part> parts_of(const std::vector<std::string>& texts, const std::vector<std::string>& typed) {
  std::vector<Part> parts;
  for (const auto& word : texts) {
    auto field = split_field(word, "-f");
    parts.push_back({std::move(field.name), std::move(field.value), ""});
  }
  for (const auto& word : typed) {
    auto field = split_field(word, "-F");
    auto content =
        field.value.starts_with('@') ? file_content(field.value.substr(1), "-F", longest_body) : field.value;
    parts.push_back({std::move(field.name), std::move(content), file_name_of(field.value)});
  }
  return parts;
}

// Quotes a name for the header of a part (WHATWG HTML §4.10.22.8).
std::string quoted_name(const std::string& name) {
  std::string text;
  for (const char c : name)
    text += c == '"' ? "%22" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : std::string(1, c);
  return quote(text);
}

// Returns a boundary that occurs in no value, the same one for the same fields.
std::string boundary_for(const std::vector<Part>& parts) {
  std::string boundary = "chutes-login-form";
  const auto occurs = [&](const Part& part) { return part.value.find(boundary) != std::string::npos; };
  for (int number = 2; std::any_of(parts.begin(), parts.end(), occurs); ++number)
    boundary = "chutes-login-form-" + std::to_string(number);
  return boundary;
}

std::string type_of_file(const std::string& bytes) {
  auto type = type_of_bytes(bytes);
  if (!type.empty())
    return type;
  return invalid_utf8_at(bytes) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

std::string multipart_text(const std::vector<Part>& parts, const std::string& boundary) {
  std::string text;
  for (const auto& part : parts) {
    text += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted_name(part.name);
    if (!part.file.empty())
      text += "; filename=" + quoted_name(part.file) + "\r\nContent-Type: " + type_of_file(part.value);
    text += "\r\n\r\n" + part.value + "\r\n";
  }
  return text + "--" + boundary + "--\r\n";
}

} // namespace

std::optional<FormBody> form_body(const std::string& content_type, const std::vector<std::string>& texts,
                                  const std::vector<std::string>& typed) {
  const auto type = bare_type(content_type);
  if (type == "application/x-www-form-urlencoded") {
    FormFields fields;
    for (auto& part : parts_of(texts, typed))
      fields.emplace_back(std::move(part.name), std::move(part.value));
    return FormBody{content_type, encode_form(fields)};
  }
  if (type != "multipart/form-data")
    return std::nullopt;
  const auto parts = parts_of(texts, typed);
  const auto boundary = boundary_for(parts);
  return FormBody{"multipart/form-data; boundary=" + boundary, multipart_text(parts, boundary)};
}

} // namespace chutes::cli
