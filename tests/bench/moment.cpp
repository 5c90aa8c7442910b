// A browser that only looks at the clock: `moment FILE URL` writes the steady clock's nanoseconds and the
// address.
#include <cstdio>
#include <ctime>

int main(int count, char** words) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  if (count != 3)
    return 2;
  std::FILE* file = std::fopen(words[1], "w");
  if (file == nullptr)
    return 1;
  std::fprintf(file, "%lld %s\n", static_cast<long long>(now.tv_sec) * 1'000'000'000LL + now.tv_nsec,
               words[2]);
  return std::fclose(file);
}
