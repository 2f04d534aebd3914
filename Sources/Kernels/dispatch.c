// Chooses a level once, and sends every call there.

#include "level.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"portable", "avx2", "avx512"};

static const skm_kernels *kernels_of(skm_level level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (level == SKM_AVX512 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return &skm_avx512_kernels;
  if (level == SKM_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c"))
    return &skm_avx2_kernels;
#endif
  return level == SKM_PORTABLE ? &skm_portable_kernels : NULL;
}

/// Set before `main`, never after.
static const skm_kernels *best = &skm_portable_kernels;
static skm_level best_level = SKM_PORTABLE;
static _Thread_local const skm_kernels *forced;

int skm_use_level(skm_level level) {
  const skm_kernels *kernels = kernels_of(level);
  if (kernels) forced = kernels;
  return kernels != NULL;
}

static int choose(skm_level level) {
  const skm_kernels *kernels = kernels_of(level);
  if (!kernels) return 0;
  best = kernels;
  best_level = level;
  return 1;
}

/// The level that the environment names, or -1.
static int wanted_level(void) {
  const char *wanted = getenv("SHELLCHECK_MODEL_SIMD");
  if (!wanted) return -1;
  for (int level = SKM_PORTABLE; level <= SKM_AVX512; level++) {
    if (!strcmp(wanted, names[level])) return level;
  }
  return -1;
}

__attribute__((constructor)) static void choose_level(void) {
  int wanted = wanted_level();
  if (wanted >= 0 && choose((skm_level)wanted)) return;
  for (int level = SKM_AVX512; level >= SKM_PORTABLE; level--) {
    if (choose((skm_level)level)) return;
  }
}

int skm_environment_is_usable(void) {
  if (!getenv("SHELLCHECK_MODEL_SIMD")) return 1;
  int wanted = wanted_level();
  return wanted >= 0 && kernels_of((skm_level)wanted) != NULL;
}

skm_level skm_active_level(void) { return best_level; }

const char *skm_level_name(skm_level level) {
  return level >= SKM_PORTABLE && level <= SKM_AVX512 ? names[level] : "unknown";
}

static inline const skm_kernels *chosen(void) {
  return forced ? forced : best;
}

void skm_fold_rows(skm_number type, const void *slab, size_t rows, size_t columns,
                   size_t first_row, const float *row_signs, const float *column_signs,
                   float *floats, skm_partial *partial) {
  chosen()->fold_rows(type, slab, rows, columns, first_row, row_signs, column_signs, floats,
                      partial);
}

void skm_project(const float *matrix, size_t items, size_t item_stride, size_t depth,
                 size_t depth_stride, const float *probes, float *result) {
  chosen()->project(matrix, items, item_stride, depth, depth_stride, probes, result);
}

int skm_has_bf16_products(void) {
#if defined(__x86_64__)
  return chosen() == &skm_avx512_kernels && __builtin_cpu_supports("avx512bf16");
#else
  return 0;
#endif
}

void skm_project_pairs(const uint32_t *pairs, size_t items, size_t item_stride, size_t pair_count,
                       size_t depth_stride, const uint32_t *probes, float *result) {
#if defined(__x86_64__)
  skm_avx512_project_pairs(pairs, items, item_stride, pair_count, depth_stride, probes, result);
#else
  (void)pairs, (void)items, (void)item_stride, (void)pair_count, (void)depth_stride, (void)probes,
      (void)result;
#endif
}

double skm_dot(const float *a, const float *b, size_t count) { return chosen()->dot(a, b, count); }

void skm_blake3_subtree(const uint8_t *bytes, uint64_t first_chunk, uint32_t value[8]) {
  chosen()->blake3_subtree(bytes, first_chunk, value);
}

#define SKM_DECODER(name)                                               \
  void skm_##name(const void *source, float *target, size_t count) {   \
    chosen()->name(source, target, count);                              \
  }

SKM_DECODER(decode_f16)
SKM_DECODER(decode_bf16)
SKM_DECODER(decode_f64)
SKM_DECODER(decode_u8)
SKM_DECODER(decode_i8)
SKM_DECODER(decode_u16)
SKM_DECODER(decode_i16)
SKM_DECODER(decode_u32)
SKM_DECODER(decode_i32)
SKM_DECODER(decode_u64)
SKM_DECODER(decode_i64)

void skm_decode_f32(const void *source, float *target, size_t count) {
  memcpy(target, source, 4 * count);
}

void skm_decode_table8(const void *source, float *target, size_t count, const float *table) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < count; i++) target[i] = table[bytes[i]];
}
