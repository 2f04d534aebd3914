// BLAKE3's constants and its compression of one block.
//
// Source: "BLAKE3: one function, fast everywhere", O'Connor, Aumasson, Neves, Wilcox-O'Hearn (2020).
#pragma once

#include <stdint.h>

enum {
  BLAKE3_BLOCK = 64,
  BLAKE3_CHUNK = 1024,
  /// Chunks that are hashed at once.
  BLAKE3_SUBTREE_CHUNKS = 16,
  BLAKE3_SUBTREE = BLAKE3_SUBTREE_CHUNKS * BLAKE3_CHUNK,
};

enum { BLAKE3_CHUNK_START = 1, BLAKE3_CHUNK_END = 2, BLAKE3_PARENT = 4, BLAKE3_ROOT = 8 };

static const uint32_t blake3_start[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                         0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};

/// Which word of the block each step of a round takes.
static const uint8_t blake3_schedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1},
    {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4},
    {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13},
};

/// The quarter rounds of one round, on words or on vectors of words.
#define BLAKE3_ROUND(v, m, r)                                  \
  do {                                                         \
    const uint8_t *s = blake3_schedule[r];                     \
    BLAKE3_MIX(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);              \
    BLAKE3_MIX(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);              \
    BLAKE3_MIX(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);             \
    BLAKE3_MIX(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);             \
    BLAKE3_MIX(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);             \
    BLAKE3_MIX(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);           \
    BLAKE3_MIX(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);            \
    BLAKE3_MIX(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);            \
  } while (0)

#define BLAKE3_ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

#define BLAKE3_MIX(v, a, b, c, d, x, y)        \
  do {                                         \
    v[a] = v[a] + v[b] + (x);                  \
    v[d] = BLAKE3_ROTATE(v[d] ^ v[a], 16);     \
    v[c] = v[c] + v[d];                        \
    v[b] = BLAKE3_ROTATE(v[b] ^ v[c], 12);     \
    v[a] = v[a] + v[b] + (y);                  \
    v[d] = BLAKE3_ROTATE(v[d] ^ v[a], 8);      \
    v[c] = v[c] + v[d];                        \
    v[b] = BLAKE3_ROTATE(v[b] ^ v[c], 7);      \
  } while (0)
