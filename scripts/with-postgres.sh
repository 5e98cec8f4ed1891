#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL set to a throw-away PostgreSQL server,
# and removes the server afterwards, whatever happens.
#
#   scripts/with-postgres.sh [--fast] [--serializable] COMMAND [ARGUMENT…]
#
# The options are those of postgres.sh. A TEST_DATABASE_URL that is set already
# is used as it is, unless --serializable asks for a server of its own. The
# programs of PostgreSQL (pgbench) are in the command's PATH.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
options=()
while [[ ${1-} == --* ]]; do
	options+=("$1")
	shift
done
[ $# -gt 0 ] || {
	echo 'with-postgres.sh: which command?' >&2
	exit 2
}
PATH="$PATH:$("$here/postgres.sh" bin)"
export PATH
if [ -n "${TEST_DATABASE_URL-}" ] && [[ " ${options[*]-} " != *' --serializable '* ]]; then
	exec "$@"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/huiji-postgres.XXXXXX")
command=
finish() {
	local status=$?
	trap - EXIT INT TERM HUP
	[ -z "$command" ] || kill "$command" 2>/dev/null || true
	"$here/postgres.sh" stop "$folder"
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

TEST_DATABASE_URL=$("$here/postgres.sh" start "${options[@]}" "$folder")
export TEST_DATABASE_URL
# In the background, so that a signal reaches this script at once.
"$@" <&0 &
command=$!
status=0
wait "$command" || status=$?
command=
exit "$status"
