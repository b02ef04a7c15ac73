#!/usr/bin/env bash
# Installs what is missing on Debian; does nothing when all is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
missing=()
while read -r package; do
  case $package in ''|'#'*) continue ;; esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done < <(cat "$here/packages.txt" "$@")

if ! command -v swift >/dev/null; then
  echo "error: swift is not on PATH; Hyperloop needs Swift 6.3 (https://www.swift.org/install/linux/)" >&2
  exit 1
fi
[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root='sudo'
else
  echo "error: some packages are missing, and neither root nor sudo is at hand. Run as root:" >&2
  echo "  $line" >&2
  exit 1
fi

echo "installing ${missing[*]} …"
# The packages' own servers are not wanted: Hyperloop starts private ones.
if [ ! -e /etc/postgresql-common/createcluster.d/hyperloop.conf ] && ! dpkg-query -W postgresql-common >/dev/null 2>&1; then
  $as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | $as_root tee /etc/postgresql-common/createcluster.d/hyperloop.conf >/dev/null
fi
log=$(mktemp)
run() { $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@" >>"$log" 2>&1; }
if ! { run apt-get update && run $line; }; then
  tail -n 20 "$log" >&2
  echo "error: apt-get failed; the whole output is in $log" >&2
  exit 1
fi
rm -f "$log"
