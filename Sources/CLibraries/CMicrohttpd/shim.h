// libmicrohttpd 0.9.75 (Debian 12): the library's variadic calls, its va_list logger and its cast macros.
#pragma once
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>

// What the daemon calls. It must live as long as the daemon.
typedef struct hl_mhd_callbacks {
  void *context;
  MHD_AccessHandlerCallback access;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
  void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
  void (*log)(void *context, const char *line);
} hl_mhd_callbacks;

static inline void hl_mhd_log(void *opaque, const char *format, va_list arguments) {
  const hl_mhd_callbacks *callbacks = (const hl_mhd_callbacks *)opaque;
  char line[512];
  vsnprintf(line, sizeof line, format, arguments);
  callbacks->log(callbacks->context, line);
}

// The library decodes and splits the target for its own use; nobody reads that, so the bytes stay as they are.
static inline size_t hl_mhd_leave_encoded(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return __builtin_strlen(text);
}

// A daemon without a thread and without a listening socket: the caller polls its epoll descriptor and calls MHD_run.
static inline struct MHD_Daemon *hl_mhd_start(const hl_mhd_callbacks *callbacks, unsigned connections, size_t memory) {
  return MHD_start_daemon(
      MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
      callbacks->access, callbacks->context,
      MHD_OPTION_EXTERNAL_LOGGER, &hl_mhd_log, (void *)callbacks,
      MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, callbacks->context,
      MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, callbacks->context,
      MHD_OPTION_URI_LOG_CALLBACK, callbacks->target, callbacks->context,
      MHD_OPTION_UNESCAPE_CALLBACK, &hl_mhd_leave_encoded, NULL,
      MHD_OPTION_STRICT_FOR_CLIENT, -1,
      MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
      MHD_OPTION_CONNECTION_TIMEOUT, 0u,
      MHD_OPTION_END);
}

static inline int hl_mhd_epoll_descriptor(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info == NULL ? -1 : info->epoll_fd;
}

static inline void *hl_mhd_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

static inline int hl_mhd_descriptor(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

static const uint64_t HL_MHD_SIZE_UNKNOWN = MHD_SIZE_UNKNOWN;
static const ssize_t HL_MHD_END_OF_STREAM = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t HL_MHD_END_WITH_ERROR = MHD_CONTENT_READER_END_WITH_ERROR;

// accept4 is hidden without _GNU_SOURCE, which Swift's importer does not define.
#include <sys/socket.h>
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
