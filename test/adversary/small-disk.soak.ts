/** A disk that is full: filled by hookscope itself, which leaves space to delete some deliveries, and by others. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { manners, startMerchant } from '../helpers/merchants.ts'
import { bundled } from '../helpers/own-process.ts'

const script = await bundled(new URL('../helpers/small-disk.ts', import.meta.url))
const unshare = '/usr/bin/unshare'
/** A disk of one's own needs no rights where the system gives everybody namespaces. */
const mounting = 'mount -t tmpfs -o size="$1" none "$2"'
const canMount = () =>
  process.platform === 'linux' &&
  spawnSync(unshare, ['-rm', 'sh', '-c', mounting, 'sh', '1m', tmpdir()], { stdio: 'ignore' }).status === 0

// It waits for a disk, most of the time: the short form is in test/server/store/sqlite/file/crash.test.ts.
it.skipIf(!canMount())(
  'takes deliveries up to the last of the disk, and again once some are deleted',
  { timeout: 120_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookscope-disk-'))
    try {
      const running = `${mounting} && exec "$3" "$4" "$2/kept.db"`
      const output = execFileSync(
        unshare,
        ['-rm', 'sh', '-c', running, 'sh', '14m', folder, process.execPath, script],
        { encoding: 'utf8', timeout: 100_000 },
      )
      const seen: Record<string, unknown> = JSON.parse(output)
      expect(seen).toMatchObject({
        refusal: { code: 'full', keeps: false, hint: expect.stringContaining('delete deliveries in the inspector') },
        removed: 150,
        more: 50,
        total: Number(seen['kept']) - 100,
      })
      expect(Number(seen['kept'])).toBeGreaterThan(250)
      expect(Number(seen['free'])).toBeGreaterThan(1024 * 1024)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

const command = fileURLToPath(new URL('../../dist/hookscope.cjs', import.meta.url))
/** Starts a simulation, and takes all that is left of the disk as soon as it is under way, and whatever becomes free. */
const filling = `${mounting} || exit 99
"$3" "$4" trigger ach.settled --to "$5" --count 400 --rate 20 --retries schedule --db "$2/kept.db" --no-config --json 2>"$6" & pid=$!
until grep -q Sending "$6"; do sleep 0.05; done
sleep 1
while kill -0 $pid 2>/dev/null; do
  for size in 64k 4k; do dd if=/dev/zero of="$2/others" bs=$size oflag=append conv=notrunc 2>/dev/null; done
  sleep 0.02
done
wait $pid; code=$?
cat "$6" >&2
exit $code`

it.skipIf(!canMount())(
  'ends a simulation whose results cannot be kept any more, and says why',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookscope-disk-'))
    const log = `${folder}.log`
    const app = await startMerchant(manners.answers())
    try {
      const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
        const args = ['-rm', 'sh', '-c', filling, 'sh', '24m', folder, process.execPath, command, app.url, log]
        execFile(unshare, args, { timeout: 100_000, maxBuffer: 1e8 }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
        )
      })
      expect(ended.stderr).toMatch(
        /Stopped: \d+ events are queued\.[\s\S]*hookscope: The simulation stands still\. .*: the disk is full\.\n {2}Free some space/,
      )
      expect(ended.code).toBe(3)
      const { events, delivered, state }: { events: number; delivered: number; state: string } = JSON.parse(
        ended.stdout.trimEnd().split('\n').at(-1) ?? '',
      )
      expect([events, state]).toEqual([400, 'running'])
      // None is called delivered that the app was not sent.
      expect(delivered).toBeLessThanOrEqual(app.received.length)
    } finally {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
      rmSync(log, { force: true })
    }
  },
)
