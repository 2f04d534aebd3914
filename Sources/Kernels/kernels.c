#include "kernels.h"

#include <string.h>

// One source, several instruction sets, chosen by the loader (ifunc). Elsewhere the compiler's
// baseline is used: on arm64 that includes NEON.
#if defined(__x86_64__) && defined(__linux__) && defined(__clang__)
#define SKM_MULTIVERSION \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SKM_MULTIVERSION
#endif

enum { LANES = SKM_SKETCH_SIDE, BLOCK = 512 * LANES };

static void clear_not_finite(float *row, size_t count, skm_partial *partial) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &row[i], 4);
    bits &= 0x7fffffffu;
    if (bits < 0x7f800000u) continue;
    if (bits == 0x7f800000u) {
      partial->infinities++;
    } else {
      partial->nans++;
    }
    row[i] = 0;
  }
}

SKM_MULTIVERSION
static void fold_block(const float *restrict w, const float *restrict signs, size_t count,
                       float *restrict fold, float *restrict sums, float *restrict squares,
                       float *restrict cubes, float *restrict fourths, float *restrict maxima) {
  float f[LANES] = {0}, s1[LANES] = {0}, s2[LANES] = {0}, s3[LANES] = {0}, s4[LANES] = {0};
  float top[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (int l = 0; l < LANES; l++) {
      float x = w[i + l], square = x * x;
      float magnitude = __builtin_fabsf(x);
      f[l] += signs[i + l] * x;
      s1[l] += x;
      s2[l] += square;
      s3[l] += square * x;
      s4[l] += square * square;
      top[l] = magnitude > top[l] ? magnitude : top[l];
    }
  }
  for (int l = 0; i + (size_t)l < count; l++) {
    float x = w[i + l], square = x * x;
    float magnitude = __builtin_fabsf(x);
    f[l] += signs[i + l] * x;
    s1[l] += x;
    s2[l] += square;
    s3[l] += square * x;
    s4[l] += square * square;
    top[l] = magnitude > top[l] ? magnitude : top[l];
  }
  memcpy(fold, f, sizeof f);
  memcpy(sums, s1, sizeof f);
  memcpy(squares, s2, sizeof f);
  memcpy(cubes, s3, sizeof f);
  memcpy(fourths, s4, sizeof f);
  memcpy(maxima, top, sizeof f);
}

/// Counts zeros and values that are not finite.
SKM_MULTIVERSION
static void count_special(const float *restrict w, size_t count, uint64_t *zeros,
                          uint64_t *not_finite) {
  uint32_t zero_count = 0, special_count = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &w[i], 4);
    bits &= 0x7fffffffu;
    zero_count += bits == 0;
    special_count += bits >= 0x7f800000u;
  }
  *zeros = zero_count;
  *not_finite = special_count;
}

/// Power sums in double, one value after the other.
static void sum_powers(const float *w, size_t count, double powers[4]) {
  for (int p = 0; p < 4; p++) powers[p] = 0;
  for (size_t i = 0; i < count; i++) {
    double x = w[i], square = x * x;
    powers[0] += x;
    powers[1] += square;
    powers[2] += square * x;
    powers[3] += square * square;
  }
}

/// Whether power sums in float lanes say too little of the moments: the spread is lost in the mean
/// (norm gains, constants), or squares and fourth powers leave the range of a float.
static int needs_double(const double powers[4], size_t count, float maximum) {
  return powers[1] < 1.001 * powers[0] * powers[0] / (double)count || maximum > 1e8f ||
         (maximum > 0 && maximum < 1e-9f);
}

void skm_fold_rows(float *slab, size_t rows, size_t columns, size_t stride, size_t first_row,
                   const float *row_signs, const float *column_signs, skm_partial *partial) {
  float fold[LANES], sums[LANES], squares[LANES], cubes[LANES], fourths[LANES], maxima[LANES];
  for (size_t r = 0; r < rows; r++) {
    float *row = slab + r * stride;
    double sign = row_signs[r], row_sum = 0;
    double *target = partial->sketch + ((first_row + r) % LANES) * LANES;
    for (size_t start = 0; start < columns; start += BLOCK) {
      size_t count = columns - start < BLOCK ? columns - start : BLOCK;
      uint64_t zeros, not_finite;
      count_special(row + start, count, &zeros, &not_finite);
      partial->zeros += zeros;
      if (not_finite) clear_not_finite(row + start, count, partial);
      fold_block(row + start, column_signs + start, count, fold, sums, squares, cubes, fourths,
                 maxima);
      double powers[4] = {0};
      float maximum = 0;
      for (int l = 0; l < LANES; l++) {
        target[l] += sign * fold[l];
        partial->column_fold[l] += fold[l];
        powers[0] += sums[l];
        powers[1] += squares[l];
        powers[2] += cubes[l];
        powers[3] += fourths[l];
        if (maxima[l] > maximum) maximum = maxima[l];
      }
      if (needs_double(powers, count, maximum)) sum_powers(row + start, count, powers);
      row_sum += powers[0];
      partial->sum_of_squares += powers[1];
      partial->sum_of_cubes += powers[2];
      partial->sum_of_fourths += powers[3];
      if (maximum > partial->absolute_maximum) partial->absolute_maximum = maximum;
    }
    partial->sum += row_sum;
    partial->row_fold[(first_row + r) % LANES] += sign * row_sum;
  }
}

SKM_MULTIVERSION
void skm_decode_bf16(const void *source, float *target, size_t count) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, 2);
    uint32_t bits = (uint32_t)half << 16;
    memcpy(&target[i], &bits, 4);
  }
}

SKM_MULTIVERSION
void skm_decode_f16(const void *source, float *target, size_t count) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < count; i++) {
    _Float16 half;
    memcpy(&half, bytes + 2 * i, 2);
    target[i] = (float)half;
  }
}

void skm_decode_f32(const void *source, float *target, size_t count) {
  memcpy(target, source, 4 * count);
}

#define SKM_DECODER(name, type)                                         \
  SKM_MULTIVERSION                                                      \
  void name(const void *source, float *target, size_t count) {          \
    const unsigned char *bytes = source;                                \
    for (size_t i = 0; i < count; i++) {                                \
      type value;                                                       \
      memcpy(&value, bytes + sizeof(type) * i, sizeof(type));           \
      target[i] = (float)value;                                         \
    }                                                                   \
  }

SKM_DECODER(skm_decode_f64, double)
SKM_DECODER(skm_decode_u8, uint8_t)
SKM_DECODER(skm_decode_i8, int8_t)
SKM_DECODER(skm_decode_u16, uint16_t)
SKM_DECODER(skm_decode_i16, int16_t)
SKM_DECODER(skm_decode_u32, uint32_t)
SKM_DECODER(skm_decode_i32, int32_t)
SKM_DECODER(skm_decode_u64, uint64_t)
SKM_DECODER(skm_decode_i64, int64_t)

void skm_decode_table8(const void *source, float *target, size_t count, const float *table) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < count; i++) target[i] = table[bytes[i]];
}

void skm_decode_table4(const void *source, float *target, size_t count, const float *table) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < count; i++) {
    unsigned char pair = bytes[i / 2];
    target[i] = table[i % 2 ? pair >> 4 : pair & 15];
  }
}

SKM_MULTIVERSION
double skm_dot(const float *a, const float *b, size_t count) {
  double total = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    float products[LANES];
    for (int l = 0; l < LANES; l++) products[l] = a[i + l] * b[i + l];
    float sum = 0;
    for (int width = LANES / 2; width; width /= 2) {
      for (int l = 0; l < width; l++) products[l] += products[l + width];
    }
    sum = products[0];
    total += sum;
  }
  for (; i < count; i++) total += (double)a[i] * b[i];
  return total;
}
