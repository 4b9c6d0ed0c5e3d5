/** A disk that hookscope itself has filled: deliveries are refused while there is still space to delete some. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
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
