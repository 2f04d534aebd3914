#define _GNU_SOURCE
#include "mapping_guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// Guards are never freed, only used again, so that the handler can walk the list at any moment.
struct mapping_guard {
  mapping_guard *next;
  atomic_bool taken;
  // 0 while nothing is guarded.
  atomic_uintptr_t start;
  atomic_size_t count;
  // Odd while the range is being changed: a range is used only if it was read between two equal, even
  // numbers.
  atomic_uint generation;
  atomic_bool damaged;
};

static _Atomic(mapping_guard *) guards;
static struct sigaction previous;
static size_t page_size;

// Only what is safe in a signal handler: atomics and system calls.
static bool repair(uintptr_t address) {
  for (mapping_guard *guard = atomic_load(&guards); guard; guard = guard->next) {
    unsigned generation = atomic_load(&guard->generation);
    uintptr_t start = atomic_load(&guard->start);
    size_t count = atomic_load(&guard->count);
    if (generation % 2 || generation != atomic_load(&guard->generation)) continue;
    if (start == 0 || address < start || address - start >= count) continue;
    // The mark comes first: whoever reads a zero of ours must find it.
    atomic_store(&guard->damaged, true);
    uintptr_t page = address - address % page_size;
    size_t rest = start + count - page;
    return mmap((void *)page, rest, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
           MAP_FAILED;
  }
  return false;
}

static void handle(int signal, siginfo_t *info, void *context) {
  if (info->si_code > 0 && repair((uintptr_t)info->si_addr)) return;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    // Raised again when this returns, by the same access or by the call.
    sigaction(signal, &previous, NULL);
    if (info->si_code <= 0) raise(signal);
  }
}

static void install(void) {
  page_size = (size_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

static mapping_guard *take(void) {
  for (mapping_guard *guard = atomic_load(&guards); guard; guard = guard->next) {
    bool taken = false;
    if (atomic_compare_exchange_strong(&guard->taken, &taken, true)) return guard;
  }
  mapping_guard *guard = calloc(1, sizeof *guard);
  if (!guard) return NULL;
  atomic_store(&guard->taken, true);
  guard->next = atomic_load(&guards);
  while (!atomic_compare_exchange_weak(&guards, &guard->next, guard)) {
  }
  return guard;
}

static void set_range(mapping_guard *guard, uintptr_t start, size_t count) {
  atomic_fetch_add(&guard->generation, 1);
  atomic_store(&guard->start, start);
  atomic_store(&guard->count, count);
  atomic_fetch_add(&guard->generation, 1);
}

mapping_guard *mapping_guard_begin(const void *base, size_t count) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  mapping_guard *guard = take();
  if (!guard) return NULL;
  atomic_store(&guard->damaged, false);
  set_range(guard, (uintptr_t)base, count);
  return guard;
}

bool mapping_guard_is_damaged(const mapping_guard *guard) { return atomic_load(&guard->damaged); }

void mapping_guard_end(mapping_guard *guard) {
  set_range(guard, 0, 0);
  atomic_store(&guard->taken, false);
}
