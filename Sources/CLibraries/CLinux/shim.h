// Linux's readiness calls, which Swift's Glibc module leaves out.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <stdint.h>
#include <spawn.h>

// prctl is variadic, and Swift imports no variadic function.
static inline int hl_name_this_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int hl_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

// The epoll bits are C enumerators; as plain integers they combine without casts.
static const uint32_t HL_EPOLLIN = EPOLLIN, HL_EPOLLOUT = EPOLLOUT, HL_EPOLLRDHUP = EPOLLRDHUP,
                      HL_EPOLLHUP = EPOLLHUP, HL_EPOLLERR = EPOLLERR, HL_EPOLLONESHOT = (uint32_t)EPOLLONESHOT,
                      HL_EPOLLET = (uint32_t)EPOLLET;

// glibc declares these for _GNU_SOURCE alone, which an importing module cannot rely on.
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
static inline int hl_pipe2(int *ends, int flags) { return pipe2(ends, flags); }
static inline int hl_spawn_change_directory(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}
static inline int hl_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
