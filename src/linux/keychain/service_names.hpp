// The names of the Secret Service on the session bus.
#pragma once

namespace chutes::on_linux {

inline constexpr const char* usual_service_name = "org.freedesktop.secrets";
// Of KDE's since Plasma 6, which takes the usual one only where the user's settings say so.
inline constexpr const char* kde_service_name = "org.kde.secretservicecompat";
// Where the user can give libsecret another.
inline constexpr const char* service_name_variable = "SECRET_SERVICE_BUS_NAME";
inline constexpr const char* service_path = "/org/freedesktop/secrets";

} // namespace chutes::on_linux
