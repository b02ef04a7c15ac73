// libmicrohttpd 0.9.75 (Debian 12).
#pragma once
#include <microhttpd.h>
