#include "kernels.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *skm_commit(void) {
#ifdef SHELLCHECK_MODEL_COMMIT
  return TEXT(SHELLCHECK_MODEL_COMMIT);
#else
  return "";
#endif
}
