// Haswell and Zen onwards.

#include "level.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define SKM_KERNELS skm_avx2_kernels
#define SKM_WIDTH 8
#define SKM_TILE_ROWS 6
#define SKM_TILE_VECTORS 2
#define SKM_HAS_F16C 1
#include "body/level.inc"

#pragma clang attribute pop
#endif
