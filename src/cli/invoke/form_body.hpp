// Fields as a form, for cords that take no JSON. Pure but for the files that fields name.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct FormBody {
  std::string content_type; // with the boundary of a multipart body
  std::string text;
};

// The words of -f ("name=text") and -F ("name=value", "name=@FILE") in the form that `content_type` names:
// application/x-www-form-urlencoded, or multipart/form-data, where @FILE is a part with the file's name and
// type. Names and values are taken as they are, and the same fields are the same text every time. Absent if
// the type is no form's. Throws Error{usage} as fields_body does.
[[nodiscard]] std::optional<FormBody> form_body(const std::string& content_type,
                                                const std::vector<std::string>& texts,
                                                const std::vector<std::string>& typed);

} // namespace chutes::cli
