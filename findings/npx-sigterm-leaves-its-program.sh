#!/usr/bin/env bash
# What: SIGTERM to npx while the program that it started runs, as a container's init or a supervisor sends it.
# Version: npm 11.19.1, Node.js 20.20.2, with dash as sh
# Expected: the program gets the signal, ends in order, and npx ends after it with its exit code.
# Seen: npx hands the signal to its shell alone, which ends at once, and npx with 143; the program never hears of it and runs
#   on, or is killed with the container. Install it, and start it with exec in place of npx.
set -euo pipefail
dir=$(mktemp -d)
program=''
trap 'if [ -n "$program" ]; then kill -KILL "$program" 2> /dev/null || true; fi; rm -rf "$dir"' EXIT
cd "$dir"
mkdir -p node_modules/.bin
echo '{ "name": "trial", "version": "1.0.0" }' > package.json
cat > node_modules/.bin/ends-in-order <<'JS'
#!/usr/bin/env node
const { writeFileSync } = require('node:fs')
process.on('SIGTERM', () => {
  writeFileSync('heard', '')
  process.exit(0)
})
setInterval(() => {}, 1000)
writeFileSync('pid.part', String(process.pid))
require('node:fs').renameSync('pid.part', 'pid')
JS
chmod +x node_modules/.bin/ends-in-order
npx ends-in-order &
npx=$!
for _ in $(seq 100); do [ -e pid ] && break; sleep 0.1; done
program=$(cat pid)
kill -TERM "$npx"
code=0
wait "$npx" || code=$?
sleep 1
heard=no
[ -e heard ] && heard=yes
runs=no
kill -0 "$program" 2> /dev/null && runs=yes
echo "npx ended with $code; its program heard: $heard; runs on: $runs"
[ "$code $heard $runs" = '143 no yes' ]
