/** SQLite keeps the contract of the Store. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { storeContract } from './contract/contract.ts'

storeContract('SQLite', {
  create() {
    const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
    return {
      open: ({ now, sliceMs }) =>
        openSqlite({
          path: join(folder, 'log', 'hookscope.db'),
          now,
          ...(sliceMs !== undefined && { indexSliceMs: sliceMs }),
        }),
      drop: () => rmSync(folder, { recursive: true, force: true }),
    }
  },
})
