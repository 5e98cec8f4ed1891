#!/usr/bin/env bash
# Live reload: the server is built again and restarted when a Go or SQL file
# changes; vite reloads the web apps by itself.
#
#   scripts/dev.sh FOLDER ADDRESS
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1 address=$2
binary=.cache/dev/huiji
mark=.cache/dev/built
mkdir -p .cache/dev

server=
children=()
finish() {
	trap - EXIT INT TERM HUP
	for child in $server "${children[@]}"; do kill "$child" 2>/dev/null || true; done
	wait || true
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

stop_server() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
	server=
}

start_server() {
	"$binary" serve --data "$data" --addr "$address" &
	server=$!
}

# The mark is older than the build, so that a change during it counts.
build() {
	touch "$mark"
	go build -tags noweb -o "$binary.new" ./cmd/huiji && mv "$binary.new" "$binary"
}

changed() {
	[ -n "$(find cmd internal go.mod -newer "$mark" -type f ! -name '*_test.go' -print -quit)" ]
}

port=5173
for app in web/src/apps/*/; do
	app=$(basename "$app")
	(cd web && APP=$app exec node_modules/.bin/vite --port "$port" --strictPort --clearScreen false) &
	children+=("$!")
	echo "→ http://localhost:$port/$app/"
	port=$((port + 1))
done

if build; then start_server; fi
while sleep 1; do
	changed || continue
	echo '→ building the server again'
	if build; then
		stop_server
		start_server
	fi
done
