// Numerical kernels over contiguous arrays: the inner loops of one streaming pass.
//
// Every function is compiled for several instruction sets and the best one is chosen when the
// program starts; results agree across them to rounding.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SKM_SKETCH_SIDE = 32 };

/// Sums that one slab of a matrix contributes; see `skm_fold_rows`.
typedef struct {
  /// Row-major 32 x 32: sums of sign(r) sign(c) w[r][c] over r = i, c = j (mod 32).
  double sketch[SKM_SKETCH_SIDE * SKM_SKETCH_SIDE];
  /// Sums of sign(c) w[r][c] over all r and over c = j (mod 32).
  double column_fold[SKM_SKETCH_SIDE];
  /// Sums of sign(r) w[r][c] over r = i (mod 32) and all c.
  double row_fold[SKM_SKETCH_SIDE];
  /// Power sums of the finite values.
  double sum, sum_of_squares, sum_of_cubes, sum_of_fourths;
  float absolute_maximum;
  uint64_t zeros, nans, infinities;
} skm_partial;

/// Adds the sums of a slab to `partial`. Values that are not finite are counted, overwritten with
/// zero in place, and take no part in any sum.
///
/// - slab: row-major, `rows` x `columns`, rows `stride` floats apart.
/// - row_signs: sign(r) of the slab's rows; first_row: index of the first of them in the matrix.
/// - column_signs: sign(c) of the slab's columns, whose first index is a multiple of 32.
/// - Numerics: float lanes of at most 512 products each, folded into double; power sums wholly in
///   double where lanes would lose the spread (values nearly equal, or of extreme scale).
void skm_fold_rows(float *slab, size_t rows, size_t columns, size_t stride, size_t first_row,
                   const float *row_signs, const float *column_signs, skm_partial *partial);

// Decoders to float; the source needs no alignment and is little-endian.
void skm_decode_f16(const void *source, float *target, size_t count);
void skm_decode_bf16(const void *source, float *target, size_t count);
void skm_decode_f32(const void *source, float *target, size_t count);
void skm_decode_f64(const void *source, float *target, size_t count);
void skm_decode_u8(const void *source, float *target, size_t count);
void skm_decode_i8(const void *source, float *target, size_t count);
void skm_decode_u16(const void *source, float *target, size_t count);
void skm_decode_i16(const void *source, float *target, size_t count);
void skm_decode_u32(const void *source, float *target, size_t count);
void skm_decode_i32(const void *source, float *target, size_t count);
void skm_decode_u64(const void *source, float *target, size_t count);
void skm_decode_i64(const void *source, float *target, size_t count);
/// Eight-bit codes through a table of 256 values.
void skm_decode_table8(const void *source, float *target, size_t count, const float *table);
/// Four-bit codes, low half of a byte first, through a table of 16 values.
void skm_decode_table4(const void *source, float *target, size_t count, const float *table);

/// Sum of products in double.
double skm_dot(const float *a, const float *b, size_t count);

#ifdef __cplusplus
}
#endif
