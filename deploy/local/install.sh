#!/usr/bin/env bash
# Installs what is missing on Debian; does nothing when all is there.
# Arguments: further lists of packages. In a list's line, a second word is a program that does as well as the package.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v swift >/dev/null; then
  echo "error: swift is not on PATH; Hyperloop needs Swift 6.2 or later (https://www.swift.org/install/linux/)" >&2
  exit 1
fi
version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
  echo "error: Hyperloop needs Swift 6.2 or later (https://www.swift.org/install/linux/); on PATH is:" >&2
  swift --version >&2 || true
  exit 1
fi
if ! command -v dpkg-query >/dev/null; then
  echo "error: this machine is no Debian; install by hand what stands in $here/packages.txt" >&2
  exit 1
fi

missing=()
while read -r package program; do
  case $package in ''|'#'*) continue ;; esac
  if [ -n "$program" ] && { command -v "$program" || compgen -G "$program"; } >/dev/null; then continue; fi
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done < <(cat "$here/packages.txt" "$@")
[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then as_root='sudo'
else
  echo "error: some packages are missing, and neither root nor sudo is at hand. Run as root:" >&2
  echo "  $line" >&2
  exit 1
fi

# The packages' own servers are not wanted, neither now nor as a database of their own: Hyperloop starts private ones.
clusters=/etc/postgresql-common/createcluster.d/hyperloop.conf
starts=/usr/sbin/policy-rc.d
made=()
log=$(mktemp)
clean_up() { [ ${#made[@]} -eq 0 ] || $as_root rm -f "${made[@]}"; }
trap clean_up EXIT
put() {
  [ ! -e "$1" ] || return 0
  $as_root mkdir -p "$(dirname "$1")"
  $as_root tee "$1" >/dev/null
  $as_root chmod "$2" "$1"
  made+=("$1")
}
put "$clusters" 644 <<<'create_main_cluster = false'
put "$starts" 755 <<<$'#!/bin/sh\nexit 101'

echo "installing ${missing[*]} …"
run() { $as_root env DEBIAN_FRONTEND=noninteractive "$@" >>"$log" 2>&1; }
if ! { run apt-get update && run $line; }; then
  tail -n 20 "$log" >&2
  echo "error: apt-get failed; the whole output is in $log" >&2
  exit 1
fi
rm -f "$log"
