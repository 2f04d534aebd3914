// Speed of each kernel at each level, beside what the memory and the arithmetic units can do at most.
//
// One thread. The first and the last row stream 512 MB, beyond any cache; the others stay in 256 KB, as in
// the tool, which reads a block into a buffer and works on it there. Rounds are interleaved over all rows, so that a noisy moment touches them alike; the
// best and the median round are printed.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
  double sink;
} state;

typedef void kernel(state *s, const uint16_t *bytes);

static void decode(state *s, const uint16_t *bytes) { skm_decode_bf16(bytes, s->block, BLOCK); }

static void half(state *s, const uint16_t *bytes) { skm_decode_f16(bytes, s->block, BLOCK); }

static void sketch(state *s, const uint16_t *bytes) {
  static skm_partial partial;
  skm_fold_rows(SKM_BF16, bytes, ROWS, COLUMNS, 0, s->signs, s->signs, NULL, &partial);
}

static void digest(state *s, const uint16_t *bytes) { skm_blake3_update(s->hash, bytes, 2 * BLOCK); }

static void project(state *s, const uint16_t *bytes) {
  (void)bytes;
  skm_project(s->block, ROWS, COLUMNS, COLUMNS, 1, s->probes, s->result);
}

static void project_pairs(state *s, const uint16_t *bytes) {
  skm_project_pairs((const uint32_t *)bytes, ROWS, COLUMNS / 2, COLUMNS / 2, 1,
                    (const uint32_t *)s->probes, s->result);
}

static void fused(state *s, const uint16_t *bytes) {
  digest(s, bytes);
  sketch(s, bytes);
  if (skm_has_bf16_products()) {
    project_pairs(s, bytes);
  } else {
    project(s, bytes);
  }
}

static void two_streams(state *s, const uint16_t *bytes) {
  size_t start = (size_t)(bytes - s->weights) / 4;
  s->sink += skm_dot(s->left + start, s->right + start, BLOCK / 4);
}

static const struct {
  const char *name;
  kernel *run;
  int in_memory;
} kernels[] = {
    {"two streams (bandwidth)", two_streams, 1}, {"decode bf16", decode, 0},
    {"decode f16", half, 0},                     {"decode + sketch + moments", sketch, 0},
    {"digest", digest, 0},                       {"projection of floats", project, 0},
    {"projection of pairs", project_pairs, 0},   {"all fused", fused, 1},
};
enum { KERNELS = sizeof kernels / sizeof kernels[0] };

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
      decode(&s, s.weights);
      for (int k = 0; k < KERNELS; k++) {
        if (kernels[k].run == project_pairs && !skm_has_bf16_products()) continue;
        rates[level][k][round] = measure(&s, k);
      }
    }
  }
  printf("| level | kernel | best GB/s | median GB/s | of bandwidth | best GFLOP/s |\n");
  printf("|---|---|---:|---:|---:|---:|\n");
  for (int level = SKM_PORTABLE; level <= SKM_AVX512; level++) {
    if (!skm_use_level((skm_level)level)) continue;
    for (int k = 0; k < KERNELS; k++) {
      qsort(rates[level][k], ROUNDS, sizeof(double), by_size);
      double best = rates[level][k][ROUNDS - 1], bandwidth = rates[level][0][ROUNDS - 1];
      if (!best) continue;
      printf("| %s | %s | %.2f | %.2f | ", skm_level_name((skm_level)level), kernels[k].name, best,
             rates[level][k][ROUNDS / 2]);
      printf("%.0f %% | ", 100 * best / bandwidth);
      if (kernels[k].run == project || kernels[k].run == project_pairs) {
        printf("%.0f |\n", best * 64);
      } else {
        printf("|\n");
      }
    }
  }
  return s.sink == 0.5;
}
