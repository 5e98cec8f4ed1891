#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, and nothing when nothing is.
#
#   scripts/install-deps.sh postgresql chromium fonts compiler
#
# Runs apt-get as root or through sudo. Where neither is possible, it says what
# to install and fails.
set -euo pipefail

missing=()

need() { # need DESCRIPTION PACKAGE… -- COMMAND…: install the packages unless the command succeeds
	local description=$1 packages=()
	shift
	while [ "$1" != -- ]; do packages+=("$1"); shift; done
	shift
	if ! "$@" >/dev/null 2>&1; then
		echo "missing: $description" >&2
		missing+=("${packages[@]}")
	fi
}

has_postgresql() { "$(dirname "$0")/postgres.sh" bin; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_chinese_font() { fc-list ':lang=zh-cn' family | grep -q .; }
has_compiler() { command -v gcc && echo '#include <stdlib.h>' | gcc -fsyntax-only -xc -; }

for what in "$@"; do
	case $what in
	postgresql) need 'PostgreSQL server programs' postgresql -- has_postgresql ;;
	chromium) need 'Chromium, for the browser tests' chromium -- has_chromium ;;
	fonts) need 'a Chinese font, for the browser tests' fonts-noto-cjk fontconfig -- has_chinese_font ;;
	compiler) need 'a C compiler, for the race detector' gcc libc6-dev -- has_compiler ;;
	*)
		echo "$0: unknown name: $what (known: postgresql chromium fonts compiler)" >&2
		exit 2
		;;
	esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "Please install, with your system's package manager: ${missing[*]}" >&2
	exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		echo "Please run as root: apt-get install -y --no-install-recommends ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
