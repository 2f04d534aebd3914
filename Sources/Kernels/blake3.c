// BLAKE3 as bytes come: whole subtrees go to the vector kernel, the rest is done block by block.

#include "blake3.h"

#include <string.h>

#include "include/kernels.h"

/// The kernel of the active level.
void skm_blake3_subtree(const uint8_t *bytes, uint64_t first_chunk, uint32_t value[8]);

struct skm_blake3 {
  /// Chaining values of finished subtrees, larger ones first: at most one per bit of a chunk count.
  uint32_t stack[64][8];
  size_t height;
  /// Chunks in the stack.
  uint64_t chunks;
  /// What follows them. Never empty after bytes came, because the last block must be known as such.
  uint8_t pending[BLAKE3_SUBTREE];
  size_t pending_count;
};

/// A node whose value is not taken yet: it may turn out to be the root.
typedef struct {
  uint32_t chaining[8], words[16];
  uint64_t counter;
  uint32_t length, flags;
} node;

static void value_of(const node *node, uint32_t extra_flags, uint32_t value[8]) {
  uint32_t v[16];
  memcpy(v, node->chaining, 32);
  memcpy(v + 8, blake3_start, 16);
  v[12] = (uint32_t)node->counter;
  v[13] = (uint32_t)(node->counter >> 32);
  v[14] = node->length;
  v[15] = node->flags | extra_flags;
  const uint32_t *m = node->words;
  for (int r = 0; r < 7; r++) BLAKE3_ROUND(v, m, r);
  for (int i = 0; i < 8; i++) value[i] = v[i] ^ v[i + 8];
}

static node chunk_node(const uint8_t *bytes, size_t count, uint64_t counter) {
  node node = {.counter = counter, .flags = BLAKE3_CHUNK_START};
  memcpy(node.chaining, blake3_start, 32);
  while (count > BLAKE3_BLOCK) {
    node.length = BLAKE3_BLOCK;
    memcpy(node.words, bytes, BLAKE3_BLOCK);
    value_of(&node, 0, node.chaining);
    node.flags = 0;
    bytes += BLAKE3_BLOCK;
    count -= BLAKE3_BLOCK;
  }
  memset(node.words, 0, sizeof node.words);
  if (count) memcpy(node.words, bytes, count);
  node.length = (uint32_t)count;
  node.flags |= BLAKE3_CHUNK_END;
  return node;
}

static node parent_node(const uint32_t left[8], const uint32_t right[8]) {
  node node = {.length = BLAKE3_BLOCK, .flags = BLAKE3_PARENT};
  memcpy(node.chaining, blake3_start, 32);
  memcpy(node.words, left, 32);
  memcpy(node.words + 8, right, 32);
  return node;
}

/// The tree over at most one subtree's bytes: its left part is the largest power of two of chunks
/// that leaves something for the right.
static node subtree_node(const uint8_t *bytes, size_t count, uint64_t first_chunk) {
  if (count <= BLAKE3_CHUNK) return chunk_node(bytes, count, first_chunk);
  size_t left = BLAKE3_CHUNK;
  while (2 * left < count) left *= 2;
  uint32_t values[2][8];
  node first = subtree_node(bytes, left, first_chunk);
  node second = subtree_node(bytes + left, count - left, first_chunk + left / BLAKE3_CHUNK);
  value_of(&first, 0, values[0]);
  value_of(&second, 0, values[1]);
  return parent_node(values[0], values[1]);
}

/// Joins neighbours of equal size, until there is one subtree per bit of the chunk count.
static void merge(skm_blake3 *hash) {
  while (hash->height > (size_t)__builtin_popcountll(hash->chunks)) {
    uint32_t(*pair)[8] = hash->stack + hash->height - 2;
    node parent = parent_node(pair[0], pair[1]);
    value_of(&parent, 0, pair[0]);
    hash->height--;
  }
}

static void add_subtree(skm_blake3 *hash, const uint8_t *bytes) {
  merge(hash);
  skm_blake3_subtree(bytes, hash->chunks, hash->stack[hash->height]);
  hash->height++;
  hash->chunks += BLAKE3_SUBTREE_CHUNKS;
}

size_t skm_blake3_size(void) { return sizeof(skm_blake3); }

skm_blake3 *skm_blake3_begin(void *memory) {
  skm_blake3 *hash = memory;
  hash->height = 0;
  hash->chunks = 0;
  hash->pending_count = 0;
  return hash;
}

void skm_blake3_update(skm_blake3 *hash, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  if (hash->pending_count) {
    size_t room = BLAKE3_SUBTREE - hash->pending_count;
    size_t taken = count < room ? count : room;
    memcpy(hash->pending + hash->pending_count, next, taken);
    hash->pending_count += taken;
    next += taken;
    count -= taken;
    if (!count) return;
    add_subtree(hash, hash->pending);
    hash->pending_count = 0;
  }
  for (; count > BLAKE3_SUBTREE; count -= BLAKE3_SUBTREE) {
    add_subtree(hash, next);
    next += BLAKE3_SUBTREE;
  }
  if (count) memcpy(hash->pending, next, count);
  hash->pending_count = count;
}

void skm_blake3_finish(skm_blake3 *hash, uint8_t *digest) {
  merge(hash);
  node root = subtree_node(hash->pending, hash->pending_count, hash->chunks);
  while (hash->height) {
    uint32_t value[8];
    value_of(&root, 0, value);
    root = parent_node(hash->stack[--hash->height], value);
  }
  uint32_t value[8];
  value_of(&root, BLAKE3_ROOT, value);
  memcpy(digest, value, SKM_DIGEST_SIZE);
  skm_blake3_begin(hash);
}
