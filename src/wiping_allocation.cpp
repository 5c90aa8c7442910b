// Memory that is freed is overwritten first, whoever allocated it with `new`: so no copy of a secret that a
// library or a temporary string made outlives it. Secret wipes what we hold on purpose; this is for the rest.
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
