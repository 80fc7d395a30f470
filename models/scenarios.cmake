# cmake -DOUTPUT=FILE.cpp -DSCENARIOS=A.toml,B.toml -P scenarios.cmake: the files as strings of a
# program. No path gets in.
string(REPLACE "," ";" scenarios "${SCENARIOS}")
set(entries "")
foreach(scenario IN LISTS scenarios)
  get_filename_component(name ${scenario} NAME_WE)
  file(READ ${scenario} text)
  string(APPEND entries "      {\"${name}\", R\"SCENARIO(${text})SCENARIO\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"models/scenarios.hpp\"

namespace ksmsim::models {

const std::vector<ShippedScenario>& shipped_scenarios() {
  static const std::vector<ShippedScenario> all{
${entries}  };
  return all;
}

}  // namespace ksmsim::models
")
