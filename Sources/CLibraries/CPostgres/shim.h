// libpq 15 (Debian 12).
#pragma once
#include <libpq-fe.h>
