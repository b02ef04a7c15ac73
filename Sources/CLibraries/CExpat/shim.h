// expat 2.5.0 (Debian 12).
#pragma once
#include <expat.h>
