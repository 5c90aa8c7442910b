// The options of `invoke`, and the three kinds of calls it makes.
#pragma once

#include "cli/command/context.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct InvokeOptions {
  std::vector<std::string> words; // a prompt with -m, else a chute and a path

  // a chat
  std::optional<std::string> model;
  std::optional<std::string> system;
  std::optional<double> temperature;
  std::optional<long> max_tokens;
  std::string reasoning; // "show" or "hide"; empty: not given, as "hide"
  bool no_stream = false;
  bool no_stdin = false;
  bool no_newline = false;
  bool usage = false;
  std::vector<std::string> fail_on; // "length", "filter"
  bool strict = false;              // both
  std::vector<std::string> attachments;
  std::vector<std::string> stop;
  std::optional<long> seed;
  std::vector<std::string> parameters;      // NAME=VALUE
  std::vector<std::string> json_parameters; // NAME=JSON|@FILE
  std::optional<std::string> schema;        // a file
  std::optional<std::string> conversation;  // a name; empty: the profile's

  // any cord of any chute
  std::optional<std::string> method;
  std::optional<std::string> data;
  std::vector<std::string> fields;
  std::vector<std::string> json_fields;
  std::vector<std::string> headers;
  std::optional<std::string> output; // a file or directory; "-" counts as absent
  bool include = false;
  bool no_check = false;

  // a batch of chats or calls
  std::optional<std::string> batch; // the file, or "-"
  std::optional<long> jobs;
  bool ordered = false;
  bool resume = false;
  std::optional<std::string> rate;
  std::optional<double> max_cost; // USD

  // all
  std::optional<long> retry;
  std::optional<double> max_time; // seconds
  bool raw = false;
  bool dry_run = false;
  bool curl = false;
};

// How long the service lets a job run without sending anything.
inline constexpr std::chrono::seconds idle_limit_of_jobs{1800};

// Whether an option is given that applies to models only.
[[nodiscard]] bool has_chat_options(const InvokeOptions& options);

void invoke_chat(const InvokeOptions& options, Context& context);
void invoke_chute(const InvokeOptions& options, Context& context);
void invoke_batch(const InvokeOptions& options, Context& context);

// Whether the request is printed instead of sent (--dry-run, --curl).
[[nodiscard]] bool only_described(const InvokeOptions& options);
// Prints the request, without the credential, as text or as a curl command. Throws Error{usage} for one that
// curl cannot send.
void describe(const HttpRequest& request, const InvokeOptions& options, Context& context);

} // namespace chutes::cli
