// Speed of each kernel at each level, beside what the memory and the arithmetic units can do at most.
//
// One thread. Rows that say so stream 512 MB, beyond any cache; the others stay in 256 KB, as in the
// tool, which reads a block into a buffer and works on it there. Rounds are interleaved over all
// rows, so that a noisy moment touches them alike; the best and the median round are printed. The
// last columns have the arithmetic of projections, 128 flops for each number, and its share of what
// products of registers alone reach.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__x86_64__)
#define REGISTER "+x"
#else
#define REGISTER "+w"
#endif

#include "kernels.h"

enum { ROUNDS = 7, BLOCK = 1 << 16, COLUMNS = 2048, ROWS = BLOCK / COLUMNS };
static const size_t elements = 1u << 28;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct {
  uint16_t *weights;
  float *left, *right, *block, *signs, *probes, *result;
  skm_blake3 *hash;
  skm_level level;
  double sink;
} state;

typedef void kernel(state *s, const uint16_t *bytes);

// MARK: Limits

static void two_streams(state *s, const uint16_t *bytes) {
  size_t start = (size_t)(bytes - s->weights) / 4;
  s->sink += skm_dot(s->left + start, s->right + start, BLOCK / 4);
}

/// Products of registers, as many as a projection of a block takes: 64 for each number.
enum { CHAINS = 14 };
#define PRODUCTS(name, lanes)                                                       \
  static void name(state *s, const uint16_t *bytes) {                               \
    (void)bytes;                                                                    \
    typedef float vector __attribute__((vector_size(4 * lanes)));                   \
    vector sums[CHAINS] = {{0}}, factor = {0};                                      \
    for (size_t i = 0; i < (size_t)BLOCK * 64 / (CHAINS * lanes); i++) {            \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < CHAINS; c++) {         \
        sums[c] += factor * factor;                                                 \
        __asm__ volatile("" : REGISTER(sums[c]));                                   \
      }                                                                             \
    }                                                                               \
    for (int c = 0; c < CHAINS; c++) s->sink += (double)sums[c][0];                 \
  }

PRODUCTS(products_portable, 4)
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
PRODUCTS(products_avx2, 8)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bf16"))), apply_to = function)
PRODUCTS(products_avx512, 16)

static void products_of_pairs(state *s, const uint16_t *bytes) {
  (void)bytes;
  __m512 sums[CHAINS];
  __m512bh factor = (__m512bh)_mm512_setzero_si512();
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm512_setzero_ps();
  for (size_t i = 0; i < (size_t)BLOCK * 64 / (CHAINS * 32); i++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < CHAINS; c++) {
      sums[c] = _mm512_dpbf16_ps(sums[c], factor, factor);
      __asm__ volatile("" : REGISTER(sums[c]));
    }
  }
  for (int c = 0; c < CHAINS; c++) s->sink += (double)sums[c][0];
}
#pragma clang attribute pop
#else
static kernel *const products_of_pairs = products_portable;
#endif

static void products(state *s, const uint16_t *bytes) {
#if defined(__x86_64__)
  kernel *const of_level[] = {products_portable, products_avx2, products_avx512};
  of_level[s->level](s, bytes);
#else
  products_portable(s, bytes);
#endif
}

// MARK: Kernels

static void decode(state *s, const uint16_t *bytes) { skm_decode_bf16(bytes, s->block, BLOCK); }

static void half(state *s, const uint16_t *bytes) { skm_decode_f16(bytes, s->block, BLOCK); }

static void fold(state *s, const uint16_t *bytes, float *floats) {
  static skm_partial partial;
  skm_fold_rows(SKM_BF16, bytes, ROWS, COLUMNS, 0, s->signs, s->signs, floats, &partial);
}

static void sketch(state *s, const uint16_t *bytes) { fold(s, bytes, NULL); }

static void sketch_and_decode(state *s, const uint16_t *bytes) { fold(s, bytes, s->block); }

static void digest(state *s, const uint16_t *bytes) { skm_blake3_update(s->hash, bytes, 2 * BLOCK); }

static void project(state *s, const uint16_t *bytes) {
  (void)bytes;
  skm_project(s->block, ROWS, COLUMNS, COLUMNS, 1, s->probes, s->result);
}

static void project_pairs(state *s, const uint16_t *bytes) {
  skm_project_pairs((const uint32_t *)bytes, ROWS, COLUMNS / 2, COLUMNS / 2, 1,
                    (const uint32_t *)s->probes, s->result);
}

static void sketch_and_project(state *s, const uint16_t *bytes) {
  if (skm_has_bf16_products()) {
    sketch(s, bytes);
    project_pairs(s, bytes);
  } else {
    sketch_and_decode(s, bytes);
    project(s, bytes);
  }
}

static void everything(state *s, const uint16_t *bytes) {
  sketch_and_project(s, bytes);
  digest(s, bytes);
}

static const struct {
  const char *name;
  kernel *run;
  int in_memory;
  /// The row with the most that this one's products could reach, if that is what it is about.
  kernel *limit, *limit_of_pairs;
} kernels[] = {
    {"two streams (bandwidth)", two_streams, 1, NULL, NULL},
    {"products of floats (limit)", products, 0, products, products},
    {"products of pairs (limit)", products_of_pairs, 0, NULL, products_of_pairs},
    {"decode bf16", decode, 0, NULL, NULL},
    {"decode f16", half, 0, NULL, NULL},
    {"sketch + moments", sketch, 0, NULL, NULL},
    {"sketch + moments, from memory", sketch, 1, NULL, NULL},
    {"sketch + moments + decode", sketch_and_decode, 0, NULL, NULL},
    {"digest", digest, 0, NULL, NULL},
    {"projection of floats", project, 0, products, products},
    {"projection of pairs", project_pairs, 0, NULL, products_of_pairs},
    {"sketch + moments + projection", sketch_and_project, 0, products, products_of_pairs},
    {"the same + digest, from memory", everything, 1, products, products_of_pairs},
};
enum { KERNELS = sizeof kernels / sizeof kernels[0] };

static kernel *limit_of(int k) {
  return skm_has_bf16_products() ? kernels[k].limit_of_pairs : kernels[k].limit;
}

static int is_available(int k) {
  return skm_has_bf16_products() || kernels[k].limit || !kernels[k].limit_of_pairs;
}

static double measure(state *s, int k) {
  size_t blocks = kernels[k].in_memory ? elements / BLOCK : 64;
  double start = now();
  for (size_t b = 0; b < blocks; b++)
    kernels[k].run(s, s->weights + (kernels[k].in_memory ? b : b % 2) * BLOCK);
  return 2e-9 * BLOCK * (double)blocks / (now() - start);
}

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return left < right ? -1 : left > right;
}

int main(void) {
  state s = {
      .weights = aligned_alloc(64, 2 * elements), .left = aligned_alloc(64, elements),
      .right = aligned_alloc(64, elements), .block = aligned_alloc(64, 4 * BLOCK),
      .signs = aligned_alloc(64, 4 * COLUMNS), .probes = aligned_alloc(64, 4 * 64 * COLUMNS),
      .result = calloc(64 * ROWS, sizeof(float)), .hash = skm_blake3_begin(malloc(skm_blake3_size())),
  };
  if (!s.weights || !s.left || !s.right || !s.block || !s.signs || !s.probes || !s.result || !s.hash)
    return 1;
  for (size_t i = 0; i < elements; i++) {
    float value = (float)((int)(i * 2654435761u >> 8) % 2001 - 1000) * 2e-5f;
    uint32_t bits;
    memcpy(&bits, &value, 4);
    s.weights[i] = (uint16_t)(bits >> 16);
    if (i < elements / 4) s.left[i] = s.right[i] = value;
  }
  for (size_t i = 0; i < COLUMNS; i++) s.signs[i] = i * 2654435761u >> 31 ? 1 : -1;
  for (size_t i = 0; i < 64 * COLUMNS; i++) s.probes[i] = sinf((float)i);

  static double rates[3][KERNELS][ROUNDS];
  for (int round = 0; round < ROUNDS; round++) {
    for (int level = SKM_PORTABLE; level <= SKM_AVX512; level++) {
      if (!skm_use_level((skm_level)level)) continue;
      s.level = (skm_level)level;
      decode(&s, s.weights);
      for (int k = 0; k < KERNELS; k++) {
        if (is_available(k)) rates[level][k][round] = measure(&s, k);
      }
    }
  }
  printf("| level | kernel | best GB/s | median GB/s | of bandwidth ");
  printf("| best GFLOP/s | of limit |\n|---|---|---:|---:|---:|---:|---:|\n");
  for (int level = SKM_PORTABLE; level <= SKM_AVX512; level++) {
    if (!skm_use_level((skm_level)level)) continue;
    double best[KERNELS], limit = 0;
    for (int k = 0; k < KERNELS; k++) {
      qsort(rates[level][k], ROUNDS, sizeof(double), by_size);
      best[k] = rates[level][k][ROUNDS - 1];
    }
    for (int k = 0; k < KERNELS; k++) {
      if (!is_available(k)) continue;
      printf("| %s | %s | ", skm_level_name((skm_level)level), kernels[k].name);
      for (int l = 0; l < KERNELS; l++)
        if (kernels[l].run == limit_of(k)) limit = best[l];
      if (kernels[k].run == limit_of(k)) {
        printf("| | | %.0f | |\n", 64 * best[k]);
        continue;
      }
      printf("%.2f | %.2f | ", best[k], rates[level][k][ROUNDS / 2]);
      printf("%.0f %% | ", 100 * best[k] / best[0]);
      if (limit_of(k)) {
        printf("%.0f | %.0f %% |\n", 64 * best[k], 100 * best[k] / limit);
      } else {
        printf("| |\n");
      }
    }
  }
  return s.sink == 0.5;
}
