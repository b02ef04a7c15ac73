// OpenSSL 3.0's libcrypto (Debian 12).
#pragma once
// SHA256_Init and its kin keep their state in a plain struct, where EVP allocates and looks up; OpenSSL 3 calls them
// deprecated and keeps them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
