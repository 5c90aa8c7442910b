// Overwrites all memory allocated with `new` before it is freed, so that no copy of a secret made by a
// library or a temporary string outlives it. Secret wipes what it holds itself; this covers the rest.
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string.h> // NOLINT: explicit_bzero is not in <cstring>

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size > 0 ? size : 1))
    return memory;
  throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr)
    return;
  ::explicit_bzero(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  ::operator delete(memory);
}
