#include "cli/app/secrets/secret_places.hpp"

#include <doctest/doctest.h>

using chutes::cli::file_name_of;

TEST_CASE("an app's name becomes a file name without characters that are special in a path or a shell") {
  CHECK(file_name_of("Shop-1.test_2") == "Shop-1.test_2");
  CHECK(file_name_of("My shop") == "My-shop");
  CHECK(file_name_of("..") == "-..");
  CHECK(file_name_of(".env") == "-.env");
  CHECK(file_name_of("Käse") == "K--se");
}
