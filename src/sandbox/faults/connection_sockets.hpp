// Finds the sockets of the server's connections, which httplib does not expose, among the open descriptors.
#pragma once

#include <optional>
#include <vector>

namespace chutes::sandbox {

// Returns the server's ends of the connections on `server_port`: all, or those from `client_port`.
[[nodiscard]] std::vector<int> connection_sockets(int server_port, std::optional<int> client_port = {});

} // namespace chutes::sandbox
