// Keeps a process alive when a file shrinks while it is mapped.
//
// Reading a page beyond the new end of the file raises SIGBUS. The handler installed here puts zero
// pages where the file was, and marks the mapping as damaged; whoever reads must look at the mark
// before trusting what was read. A SIGBUS of any other cause goes where it went before.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One mapping that is being guarded.
typedef struct mapping_guard mapping_guard;

/// Guards pages that were mapped read-only from a file. The first call installs the handler.
///
/// Returns NULL if there is no memory. Safe to call from any thread.
mapping_guard *mapping_guard_begin(const void *base, size_t count);

/// Whether reading met the end of the file: from then on its bytes are zero.
bool mapping_guard_is_damaged(const mapping_guard *guard);

/// Ends guarding; call it before the pages are unmapped.
void mapping_guard_end(mapping_guard *guard);

#ifdef __cplusplus
}
#endif
