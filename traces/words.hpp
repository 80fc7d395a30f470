// Lines of scripts and of the text form as words: blanks separate them, # starts a comment.
//
// In the text form a word may stand in quotation marks, since names and values there may hold
// anything: "a b", with \" \\ \n \t \r and \xNN inside. Scripts know no quotation.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::traces {

enum class Quotes : std::uint8_t { plain, meant };

// Puts the words of a line (without its newline) into `words`.
Result<void> split_words(std::string_view line, Quotes quotes, std::vector<std::string>& words);

// The text as one word of the text form, in quotation marks if it needs them.
std::string as_word(std::string_view text);

// A word as an error message shows it: in ', short, on one line.
std::string shown(std::string_view word);

// A decimal number of at most `most`.
Result<std::uint64_t> parse_number(std::string_view word, std::uint64_t most = ~std::uint64_t{0});
// A decimal number with an optional minus sign.
Result<std::int64_t> parse_signed(std::string_view word);

}  // namespace ksmsim::traces
