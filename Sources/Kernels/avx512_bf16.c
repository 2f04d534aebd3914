// The projection in products of bfloat16 pairs: Cooper Lake, Sapphire Rapids and Zen 4 onwards.

#include "level.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bf16"))), apply_to = function)

enum { TILE = 8, WIDTH = 16, PANEL = 256 };

/// Half of the directions for up to eight items; `items` is constant where this is called.
static inline __attribute__((always_inline)) void project_tile(
    const uint32_t *pairs, const int items, size_t item_stride, size_t pair_count,
    size_t depth_stride, const uint32_t *probes, float *result) {
  __m512 sums[TILE][2];
  for (int i = 0; i < items; i++) sums[i][0] = sums[i][1] = _mm512_setzero_ps();
  for (size_t t = 0; t < pair_count; t++) {
    const uint32_t *probe = probes + t * SKM_DIRECTIONS;
    __m512bh first = (__m512bh)_mm512_loadu_si512(probe);
    __m512bh second = (__m512bh)_mm512_loadu_si512(probe + WIDTH);
#pragma clang loop unroll(full)
    for (int i = 0; i < items; i++) {
      uint32_t pair = pairs[i * item_stride + t * depth_stride];
      __m512bh weights = (__m512bh)_mm512_set1_epi32((int)pair);
      sums[i][0] = _mm512_dpbf16_ps(sums[i][0], weights, first);
      sums[i][1] = _mm512_dpbf16_ps(sums[i][1], weights, second);
    }
  }
  for (int i = 0; i < items; i++) {
    float *target = result + i * SKM_DIRECTIONS;
    _mm512_storeu_ps(target, _mm512_add_ps(_mm512_loadu_ps(target), sums[i][0]));
    _mm512_storeu_ps(target + WIDTH, _mm512_add_ps(_mm512_loadu_ps(target + WIDTH), sums[i][1]));
  }
}

void skm_avx512_project_pairs(const uint32_t *pairs, size_t items, size_t item_stride,
                              size_t pair_count, size_t depth_stride, const uint32_t *probes,
                              float *result) {
  for (size_t start = 0; start < pair_count; start += PANEL) {
    size_t length = pair_count - start < PANEL ? pair_count - start : PANEL;
    const uint32_t *panel = pairs + start * depth_stride;
    for (size_t i = 0; i < items; i += TILE) {
      for (int d = 0; d < SKM_DIRECTIONS; d += 2 * WIDTH) {
        const uint32_t *probe = probes + start * SKM_DIRECTIONS + d;
        const uint32_t *first = panel + i * item_stride;
        float *target = result + i * SKM_DIRECTIONS + d;
        if (items - i >= TILE) {
          project_tile(first, TILE, item_stride, length, depth_stride, probe, target);
        } else {
          for (size_t j = 0; j < items - i; j++)
            project_tile(first + j * item_stride, 1, item_stride, length, depth_stride, probe,
                         target + j * SKM_DIRECTIONS);
        }
      }
    }
  }
}

#pragma clang attribute pop
#endif
