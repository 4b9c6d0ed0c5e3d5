/** Commands that have nothing to do at a PostgreSQL server. */
import { expect, it } from 'vitest'
import { emptyFolder } from '../../helpers/command.ts'
import { runHere } from '../../helpers/here.ts'

it.each(['status', 'tail', 'open', 'repair'])('%s names it without its password', async command => {
  const { stdout, stderr } = await runHere([command], {
    cwd: emptyFolder(),
    env: { HOOKSCOPE_DB: 'postgres://team:of-the-database@127.0.0.1:1/log' },
  })
  expect(stderr).toContain('postgres://team@127.0.0.1:1/log')
  expect(stdout + stderr).not.toContain('of-the-database')
})
