import { expect, it } from 'vitest'
import { dryRunNotes } from '../../../cli/trigger/dry-run.ts'

const preview = { events: 1, requests: [], unsubscribed: [], remarks: [] }

it('where another shell would be at hand, a note says which one the command is for', () => {
  expect(dryRunNotes(preview, 'win32').join()).toContain('Git Bash or WSL')
  expect(dryRunNotes(preview, 'linux').join()).not.toContain('Bash')
})
