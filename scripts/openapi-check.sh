#!/usr/bin/env bash
# Fails when web/openapi.json or the client's types are not what the Go types say.
set -euo pipefail
cd "$(dirname "$0")/.."
types=web/src/shared/api/schema.d.ts
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

go run -tags noweb ./cmd/huiji openapi >"$folder/openapi.json"
(cd web && npx --no-install openapi-typescript "$folder/openapi.json" -o "$folder/schema.d.ts" >"$folder/log" 2>&1) || {
	cat "$folder/log" >&2
	exit 1
}
stale=
cmp -s "$folder/openapi.json" web/openapi.json || stale=web/openapi.json
cmp -s "$folder/schema.d.ts" "$types" || stale="$stale $types"
[ -z "$stale" ] || {
	echo "stale: $stale; run make openapi and commit what it wrote" >&2
	exit 1
}
