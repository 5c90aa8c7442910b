#include "oauth/id_token/signature_algorithm.hpp"

#include <array>
#include <utility>

namespace chutes::oauth {
namespace {

constexpr std::array algorithms{
    std::pair{std::string_view{"RS256"}, SignatureAlgorithm::rs256},
    std::pair{std::string_view{"PS256"}, SignatureAlgorithm::ps256},
    std::pair{std::string_view{"ES256"}, SignatureAlgorithm::es256},
    std::pair{std::string_view{"EdDSA"}, SignatureAlgorithm::ed25519},
    std::pair{std::string_view{"Ed25519"}, SignatureAlgorithm::ed25519},
};

} // namespace

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name) {
  for (const auto& [known, algorithm] : algorithms)
    if (name == known)
      return algorithm;
  return std::nullopt;
}

} // namespace chutes::oauth
