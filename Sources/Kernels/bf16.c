// bfloat16 numbers as they are stored, on their way to a product of pairs.

#include "include/kernels.h"

#include <string.h>

void skm_pair_rows(const uint16_t *rows, size_t row_count, size_t columns, uint32_t *target) {
  for (size_t r = 0; r < row_count; r += 2) {
    const uint16_t *low = rows + r * columns, *high = low + columns;
    uint32_t *pairs = target + r / 2 * columns;
    if (r + 1 < row_count) {
      for (size_t c = 0; c < columns; c++) pairs[c] = low[c] | (uint32_t)high[c] << 16;
    } else {
      for (size_t c = 0; c < columns; c++) pairs[c] = low[c];
    }
  }
}

void skm_round_to_bf16(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], 4);
    bits += 0x7fffu + (bits >> 16 & 1);
    bits &= 0xffff0000u;
    memcpy(&values[i], &bits, 4);
  }
}

void skm_encode_bf16(const float *values, uint16_t *target, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], 4);
    target[i] = (uint16_t)(bits >> 16);
  }
}

void skm_clear_bf16(uint16_t *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if ((values[i] & 0x7f80u) == 0x7f80u) values[i] = 0;
  }
}
