// Encodes fields as a form, for cords that do not take JSON. Reads the files that fields name.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct FormBody {
  std::string content_type; // with the boundary of a multipart body
  std::string text;
};

// Encodes the fields of -f ("name=text") and -F ("name=value", "name=@FILE") as `content_type`:
// application/x-www-form-urlencoded, or multipart/form-data, where @FILE becomes a part with the file's name
// and type. Names and values are not interpreted further, and the same fields always give the same text.
// Absent if the type is not that of a form. Throws Error{usage} as fields_body does.
[[nodiscard]] std::optional<FormBody> form_body(const std::string& content_type,
                                                const std::vector<std::string>& texts,
                                                const std::vector<std::string>& typed);

} // namespace chutes::cli
