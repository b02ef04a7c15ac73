// libzip 1.7.3 (Debian 12).
#pragma once
#include <zip.h>
