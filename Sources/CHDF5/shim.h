// libhdf5 with the 1.10 API pinned, so that one source builds against 1.10, 1.12 and 1.14.
#define H5_USE_110_API 1
#include <hdf5.h>
