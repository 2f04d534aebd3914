// Numerical kernels over contiguous arrays: the inner loops of one streaming pass.
//
// Each exists once as source (body/) and is compiled for several instruction sets (levels); the best
// one the processor has is chosen when the program starts. Results agree across levels to rounding,
// digests exactly.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// Side of a linear sketch.
  SKM_SKETCH_SIDE = 32,
  /// Probe directions of a projection.
  SKM_DIRECTIONS = 64,
  /// Bytes of a digest.
  SKM_DIGEST_SIZE = 32,
};

// MARK: Levels

/// Instruction sets, each including those before it. `portable` is what the compiler targets: SSE2
/// on x86-64, NEON on arm64.
typedef enum { SKM_PORTABLE = 0, SKM_AVX2 = 1, SKM_AVX512 = 2 } skm_level;

/// The level in use: the best the processor has, or the one that the environment variable
/// SHELLCHECK_MODEL_SIMD (portable, avx2 or avx512) names.
skm_level skm_active_level(void);

/// `portable`, `avx2` or `avx512`.
const char *skm_level_name(skm_level level);

/// Whether SHELLCHECK_MODEL_SIMD is unset, or names a level that this processor has.
int skm_environment_is_usable(void);

/// Uses a level for all later calls of this thread: for tests and benchmarks.
///
/// - Returns: 0, changing nothing, if the processor lacks it.
int skm_use_level(skm_level level);

// MARK: Sketch and moments

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

/// Numbers that are decoded in registers.
typedef enum { SKM_F32 = 0, SKM_BF16 = 1, SKM_F16 = 2 } skm_number;

/// Adds the sums of a slab to `partial`. Values that are not finite are counted, decoded as zero,
/// and take no part in any sum.
///
/// - slab: dense, row-major, `rows` x `columns` numbers of one type, little-endian, any alignment.
/// - row_signs: sign(r) of the slab's rows; first_row: index of the first of them in the matrix.
/// - column_signs: sign(c) of the slab's columns, whose first index is a multiple of 32.
/// - floats: where to put the decoded numbers, or null; may be the slab itself if that holds floats.
/// - Numerics: float lanes of at most 512 products each, folded into double; power sums wholly in
///   double where lanes would lose the spread (values nearly equal, or of extreme scale).
void skm_fold_rows(skm_number type, const void *slab, size_t rows, size_t columns,
                   size_t first_row, const float *row_signs, const float *column_signs,
                   float *floats, skm_partial *partial);

// MARK: Projection

/// Adds the product of a matrix with the probe directions: result[i][k] += sum over t of
/// matrix[i * item_stride + t * depth_stride] * probes[t][k].
///
/// With strides (columns, 1) the rows of a row-major matrix are projected, with (1, columns) its
/// columns.
///
/// - matrix: `items` x `depth` finite floats; probes: depth x 64; result: items x 64.
/// - Complexity: 2 * 64 flops per element, no allocation; a panel of probes stays in the cache.
/// - Numerics: float accumulators over at most 256 products, then added to `result` in order of t.
void skm_project(const float *matrix, size_t items, size_t item_stride, size_t depth,
                 size_t depth_stride, const float *probes, float *result);

// Where the processor multiplies pairs of bfloat16 numbers (AVX512-BF16), a projection of such weights
// runs at twice the speed. Both ways agree to rounding if the probes are bfloat16 numbers.

/// Whether `skm_project_pairs` may be called: the level in use is avx512, and the processor has the
/// instructions.
int skm_has_bf16_products(void);

/// Adds a product like `skm_project`, over a depth that comes in pairs of bfloat16 numbers: those of
/// item i and pair t are the halves of pairs[i * item_stride + t * depth_stride], the earlier one low.
///
/// - pairs: finite numbers, `items` x `depth` / 2; probes: `depth` / 2 x 64 pairs; result: items x 64.
void skm_project_pairs(const uint32_t *pairs, size_t items, size_t item_stride, size_t pair_count,
                       size_t depth_stride, const uint32_t *probes, float *result);

/// Pairs successive rows of 16-bit numbers: target[r][c] has those of rows 2r and 2r + 1; without a
/// partner the last row is paired with zeros.
///
/// - rows: `row_count` x `columns`, dense; target: (row_count + 1) / 2 x columns.
void skm_pair_rows(const uint16_t *rows, size_t row_count, size_t columns, uint32_t *target);

/// Rounds floats that are finite to the nearest bfloat16, ties to even, as floats.
void skm_round_to_bf16(float *values, size_t count);

/// The upper halves of floats: exact for bfloat16 numbers.
void skm_encode_bf16(const float *values, uint16_t *target, size_t count);

/// Overwrites infinities and NaNs among bfloat16 numbers with zero.
void skm_clear_bf16(uint16_t *values, size_t count);

// MARK: Digest

/// A BLAKE3 hash in progress.
///
/// Source: O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere"
/// (2020), in its plain hash mode with 32 bytes of output.
typedef struct skm_blake3 skm_blake3;

/// Bytes of memory that a hash in progress takes, aligned like a pointer.
size_t skm_blake3_size(void);
/// Makes memory a hash of nothing yet.
skm_blake3 *skm_blake3_begin(void *memory);
void skm_blake3_update(skm_blake3 *hash, const void *bytes, size_t count);
/// Writes the 32 bytes of the digest, and makes the hash one of nothing yet.
void skm_blake3_finish(skm_blake3 *hash, uint8_t *digest);

// MARK: Decoding

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

// MARK: Cosines

/// Sum of products in double.
double skm_dot(const float *a, const float *b, size_t count);

// MARK: Build

/// The commit of the sources, which the build may define as SHELLCHECK_MODEL_COMMIT; else empty.
const char *skm_commit(void);

#ifdef __cplusplus
}
#endif
