// SimGrid's own platform files as a platform's mapping: hosts with a property `accelerator` are nodes.
#pragma once

#include <filesystem>
#include <vector>

#include "sim/config/source.hpp"
#include "sim/config/tree.hpp"

namespace campaign_sim::config {

// The tree that a platform file in YAML would give, each value where its property stands. Throws ConfigError
// if there is nothing to read or it is no XML; what is wrong in it goes to `mistakes`, under the key at
// `path`. `order` is that of its mistakes among those of other files.
NodePtr read_simgrid_xml(const std::filesystem::path& file, std::size_t order, std::string path,
                         std::vector<Mistake>& mistakes);

}  // namespace campaign_sim::config
