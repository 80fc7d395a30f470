// Temporary files of an import. They stand in the folder of its output, which has to have room
// anyway (/tmp may be memory), and have no name: they are gone whatever happens.
#pragma once
#include <string>

#include "traces/moments/temp_file.hpp"

namespace ksmsim::cli {

traces::moments::OpenTemp temp_files_beside(const std::string& path);

}  // namespace ksmsim::cli
