// libcurl 7.88 (Debian 12).
#pragma once
#include <curl/curl.h>
