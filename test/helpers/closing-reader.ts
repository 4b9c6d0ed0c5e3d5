/** A process of its own that closes a reader while an answer is on its way: 0 once that is done, 1 when it ends by itself. */
import { openReader } from '../../server/store/sqlite/read/reader.ts'

const [path = ''] = process.argv.slice(2)
process.exitCode = 1

const reader = openReader(path)
void reader
  .all('SELECT 1', [])
  .then(() => {
    reader.checkpoint().catch(() => {})
    // Long enough for the thread to answer; nothing is taken in here meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    return reader.close()
  })
  .then(() => process.exit(0))
