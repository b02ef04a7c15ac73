// libyaml 0.2.5 (Debian 12).
#pragma once
#include <yaml.h>
