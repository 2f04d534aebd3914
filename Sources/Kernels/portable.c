// The compiler's own target: SSE2 on x86-64, NEON on arm64.

#include "level.h"

#include <math.h>
#include <string.h>

#define SKM_KERNELS skm_portable_kernels
#define SKM_WIDTH 4
#define SKM_TILE_ROWS 4
#define SKM_TILE_VECTORS 2
#include "body/level.inc"
