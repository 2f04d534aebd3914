// What one level provides; see include/kernels.h for what each function does.
#pragma once

#include "include/kernels.h"

typedef void skm_decoder(const void *source, float *target, size_t count);

typedef struct {
  void (*fold_rows)(skm_number type, const void *slab, size_t rows, size_t columns,
                    size_t first_row, const float *row_signs, const float *column_signs,
                    float *floats, skm_partial *partial);
  void (*project)(const float *matrix, size_t items, size_t item_stride, size_t depth,
                  size_t depth_stride, const float *probes, float *result);
  /// The chaining value of 16 whole chunks.
  void (*blake3_subtree)(const uint8_t *bytes, uint64_t first_chunk, uint32_t value[8]);
  skm_decoder *decode_f16, *decode_bf16, *decode_f64;
  skm_decoder *decode_u8, *decode_i8, *decode_u16, *decode_i16;
  skm_decoder *decode_u32, *decode_i32, *decode_u64, *decode_i64;
  double (*dot)(const float *a, const float *b, size_t count);
} skm_kernels;

extern const skm_kernels skm_portable_kernels;
#if defined(__x86_64__)
extern const skm_kernels skm_avx2_kernels;
extern const skm_kernels skm_avx512_kernels;
/// The projection of pairs, of processors that have AVX512-BF16 as well.
void skm_avx512_project_pairs(const uint32_t *pairs, size_t items, size_t item_stride,
                              size_t pair_count, size_t depth_stride, const uint32_t *probes,
                              float *result);
#endif
