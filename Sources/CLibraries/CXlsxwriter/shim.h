// libxlsxwriter 1.1.4 (Debian 12).
#pragma once
#include <xlsxwriter.h>
