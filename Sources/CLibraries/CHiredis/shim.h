// hiredis 0.14 (Debian 12). Its pkg-config file carries a flag that SwiftPM prohibits, so the path is spelled here.
#pragma once
#include <hiredis/hiredis.h>
