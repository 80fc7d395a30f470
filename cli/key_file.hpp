// The key of --key FILE: read if the file is there, else drawn at random and, once the work is
// done, put there for the next import.
#pragma once
#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "traces/hash_key.hpp"
#include "traces/page_hasher.hpp"

namespace ksmsim::cli {

class KeyFile {
 public:
  // Without a path a key is drawn that nobody keeps. Errors name the file.
  static Result<KeyFile> open(const std::string& path);

  const traces::HashKey& key() const { return key_; }
  // How contents are hashed under it, for a trace's header and for people.
  std::string hashing(traces::PageHash hash = traces::PageHash::xxh3) const;

  // Writes a key that is new to its file, which only its owner may read; nothing is written over.
  Result<void> save();
  // Takes back what save() did.
  void remove();

 private:
  KeyFile(std::string path, const traces::HashKey& key, bool is_new)
      : path_(std::move(path)), key_(key), is_new_(is_new) {}

  std::string path_;  // Empty: not to be kept.
  traces::HashKey key_;
  bool is_new_, saved_ = false;
};

}  // namespace ksmsim::cli
