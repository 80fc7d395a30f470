// A host as a TOML table: [host] of a scenario, or the whole of a file for --host. What is not said
// stays as it is. Amounts may say their unit: ram_mib = "16GiB".
//
//   hz = 250                       # ticks a second of the host's kernel
//   boot_ms = 1234567              # uptime when the run begins; decides the phase of the ticks
//   ram_mib = 16384                # none: as much as is needed
//   kernel_mib = 300               # the kernel and its daemons
//   guest_overhead_mib = 40        # each guest's process beside its guest's memory
//   cached_mib = 500               # the host's page cache
//   zfs_arc_mib = 4096             # ZFS's cache; the other three are what OpenZFS takes
//   zfs_arc_min_mib = 512
//   zfs_arc_sys_free_mib = 632     # it gives way while less is free,
//   zfs_arc_shrink_mib_per_s = 1600  # at most so fast
//   swap_mib = 8192
//   swap_write_us = 80             # a page each
//   swap_read_us = 80
//   numa_nodes = 2
//   agreed_bytes = 33              # that unequal pages have in common from their start, on average
//   [agreed_bytes_of]              # the same for single classes of pages
//   heap = 40
//   [khugepaged]
//   pages_to_scan = 4096
//   scan_sleep_s = 10
//   [prices_ps]                    # picoseconds for each unit of ksmd's work
//   checksums = 800000
#pragma once
#include <string>
#include <vector>

#include "models/assumptions.hpp"
#include "models/scenario.hpp"
#include "models/toml/table_reader.hpp"
#include "sim/host/run_options.hpp"

namespace ksmsim::models {

// Reads the table over host and RAM; agreed_bytes_of goes to the end of `agreed`.
void read_host(const TableReader& table, host::HostOptions& host, host::RamOptions& ram,
               AgreedBytesOf& agreed);

// An error for each name in agreed_bytes_of that is none of the classes.
void check_agreed_names(const TableReader& table, const std::vector<std::string>& classes);

// Lists what the host is taken to be where the file says nothing. `table`: [host], or nullptr.
void assume_host(const TableReader* table, const host::RamOptions& ram, Assumptions& assumptions);
// One such default.
void assume_of_host(const std::string& key, std::string value, std::string source,
                    Assumptions& assumptions, Evidence evidence = Evidence::assumed);

// Puts the bytes of these classes, by their ids, into `into`; later ones count, classes that there
// are not are left out.
void set_agreed_bytes(const AgreedBytesOf& agreed, const std::vector<std::string>& classes,
                      cost::AgreedBytes& into);

}  // namespace ksmsim::models
