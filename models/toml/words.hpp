// Words for people who made a mistake in a file: what they wrote, and what they may have meant.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ksmsim::models {

// What somebody wrote, in single quotes, on one line and not longer than a line.
std::string quoted(std::string_view written);

// "there is no KIND 'WRITTEN'; the nearest is 'NAME'", and the names if they are few.
std::string no_such_name(std::string_view kind, std::string_view written,
                         const std::vector<std::string_view>& names);

// A number as people write it: 0.25, 1000000.
std::string shown(double number);

}  // namespace ksmsim::models
