#!/usr/bin/env bash
# A throw-away PostgreSQL server in a folder of its own.
#
#   scripts/postgres.sh start [--fast] [--serializable] FOLDER   starts it and prints its URL
#   scripts/postgres.sh stop FOLDER                              stops it and removes the folder
#   scripts/postgres.sh bin                                      prints where the programs are
#
# --fast gives up durability (fsync and the like): for tests, never for figures.
# --serializable makes SERIALIZABLE the isolation of every transaction.
#
# PostgreSQL refuses to run as root; started by root, it runs as another user.
set -euo pipefail

fail() {
	echo "postgres.sh: $*" >&2
	exit 1
}

# The newest installed server. Debian keeps the programs out of the PATH.
programs() {
	local found
	found=$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -t/ -k5 -V | tail -n 1)
	[ -n "$found" ] || found=$(command -v postgres) || fail 'no PostgreSQL server found; run scripts/install-deps.sh postgresql'
	dirname "$(readlink -f "$found")"
}

owner() {
	if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

as_owner() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	else
		setpriv --reuid "$(owner)" --regid "$(id -g "$(owner)")" --clear-groups env HOME="$folder" "$@"
	fi
}

free_port() {
	local port
	for _ in $(seq 50); do
		port=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
	fail 'no free port found'
}

start() {
	local settings=(
		-c listen_addresses=127.0.0.1 -c "unix_socket_directories=$folder" -c max_connections=200
		-c shared_buffers=256MB -c max_wal_size=4GB -c logging_collector=off -c timezone=UTC
	)
	[ "$fast" = no ] || settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off)
	[ "$serializable" = no ] || settings+=(-c default_transaction_isolation=serializable -c max_pred_locks_per_transaction=256)

	mkdir -p "$folder"
	[ "$(id -u)" != 0 ] || chown "$(owner)" "$folder"
	as_owner "$bin/initdb" -D "$folder/data" -U huiji -A trust -E UTF8 --locale=C >"$folder.log" 2>&1 ||
		fail "initdb did not finish: $(tail -n 5 "$folder.log")"

	local port attempt
	for attempt in 1 2 3; do
		port=$(free_port)
		if as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -s -w -t 60 \
			-o "-p $port ${settings[*]}" start >>"$folder.log" 2>&1 </dev/null; then
			echo "postgres://huiji@127.0.0.1:$port/postgres?sslmode=disable"
			return
		fi
	done
	fail "the server did not start in $attempt attempts: $(tail -n 5 "$folder/server.log" "$folder.log")"
}

stop() {
	if [ -d "$folder/data" ]; then
		as_owner "$bin/pg_ctl" -D "$folder/data" -s -m immediate -w stop >/dev/null 2>&1 || true
	fi
	rm -rf "$folder" "$folder.log"
}

action=${1-}
[ $# -eq 0 ] || shift
fast=no serializable=no folder=
for argument in "$@"; do
	case $argument in
	--fast) fast=yes ;;
	--serializable) serializable=yes ;;
	--*) fail "unknown option $argument" ;;
	*) folder=$argument ;;
	esac
done
bin=$(programs)
case $action in
bin)
	echo "$bin"
	exit
	;;
start | stop) ;;
*) fail 'say start, stop or bin' ;;
esac
case $folder in
/*) ;;
'') fail "$action needs a folder" ;;
*) fail "the folder must be an absolute path: $folder" ;;
esac
cd /
"$action"
