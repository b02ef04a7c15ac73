// Linux's readiness calls, which Swift's Glibc module leaves out.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <stdint.h>

// prctl is variadic, and Swift imports no variadic function.
static inline int hl_name_this_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int hl_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

// The epoll bits are C enumerators; as plain integers they combine without casts.
static const uint32_t HL_EPOLLIN = EPOLLIN, HL_EPOLLOUT = EPOLLOUT, HL_EPOLLRDHUP = EPOLLRDHUP,
                      HL_EPOLLHUP = EPOLLHUP, HL_EPOLLERR = EPOLLERR, HL_EPOLLONESHOT = (uint32_t)EPOLLONESHOT,
                      HL_EPOLLET = (uint32_t)EPOLLET;
