// Skylake-X, Ice Lake and Zen 4 onwards.

#include "level.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c,avx2"))), apply_to = function)

#define SKM_KERNELS skm_avx512_kernels
#define SKM_WIDTH 16
#define SKM_TILE_ROWS 8
#define SKM_TILE_VECTORS 2
#define SKM_HAS_F16C 1
#include "body/level.inc"

#pragma clang attribute pop
#endif
