// libhdf5 with the 1.10 API pinned, so that one source builds against 1.10, 1.12 and 1.14.
#define H5_USE_110_API 1
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

// Accessors for what Swift does not import: macros that call H5open, and functions that the API
// pinning renames by macro.

static inline void chdf5_silence_errors(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static inline hid_t chdf5_open_file(const char *path) {
  return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
}

static inline hid_t chdf5_open_object(hid_t in, const char *name) {
  return H5Oopen(in, name, H5P_DEFAULT);
}

static inline hid_t chdf5_open_attribute(hid_t of, unsigned index) {
  return H5Aopen_by_idx(of, ".", H5_INDEX_NAME, H5_ITER_INC, index, H5P_DEFAULT, H5P_DEFAULT);
}

/// The object's address (which identifies it within its file) and number of attributes.
static inline bool chdf5_object_info(hid_t object, uint64_t *address, uint64_t *attributes) {
  H5O_info_t info;
  if (H5Oget_info2(object, &info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS) < 0) return false;
  *address = info.addr;
  *attributes = info.num_attrs;
  return true;
}

typedef enum { CHDF5_LINK_HARD, CHDF5_LINK_SOFT, CHDF5_LINK_ELSEWHERE } chdf5_link_kind;

typedef struct {
  int (*each)(const char *name, chdf5_link_kind kind, void *context);
  void *context;
} chdf5_link_visitor;

static inline herr_t chdf5_visit_link(
    hid_t group, const char *name, const H5L_info_t *info, void *visitor) {
  (void)group;
  const chdf5_link_visitor *v = (const chdf5_link_visitor *)visitor;
  chdf5_link_kind kind = info->type == H5L_TYPE_HARD   ? CHDF5_LINK_HARD
                         : info->type == H5L_TYPE_SOFT ? CHDF5_LINK_SOFT
                                                       : CHDF5_LINK_ELSEWHERE;
  return v->each(name, kind, v->context);
}

/// Calls `each` for every link of a group by increasing name, until it returns non-zero.
static inline bool chdf5_each_link(hid_t group, chdf5_link_visitor visitor) {
  hsize_t position = 0;
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, chdf5_visit_link, &visitor) >= 0;
}

/// Whether this libhdf5 leaves the user block out of the addresses of chunks (HDF5 issue 3003).
static inline bool chdf5_chunk_addresses_omit_user_block(void) {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return major == 1 && (minor < 14 || (minor == 14 && release < 4));
}

static inline bool chdf5_read_attribute(hid_t attribute, hid_t type, void *into) {
  return H5Aread(attribute, type, into) >= 0;
}

static inline bool chdf5_read_whole(hid_t dataset, hid_t type, void *into) {
  return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, into) >= 0;
}

/// The identifier, flags and first parameter of a filter; negative if it cannot be had.
static inline int chdf5_filter(hid_t creation, unsigned index, unsigned *first, size_t *count) {
  unsigned flags = 0, values[16] = {0};
  *count = 16;
  int filter = H5Pget_filter2(creation, index, &flags, count, values, 0, NULL, NULL);
  *first = *count > 0 ? values[0] : 0;
  return filter;
}

static inline herr_t chdf5_keep_innermost(unsigned n, const H5E_error2_t *error, void *text) {
  if (n == 0) *(const char **)text = error->desc;
  return 0;
}

/// The most specific message on this thread's error stack, or NULL; valid until the next call.
static inline const char *chdf5_last_error(void) {
  const char *text = NULL;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, chdf5_keep_innermost, &text);
  return text;
}
