import { Dices, Undo2 } from 'lucide-preact'
import { Button } from '../../kit/button.tsx'
import { changeBody, type Draft, rollSeed } from './draft.ts'
import { noChanges } from './sample-changes.ts'

/** Takes back what was changed. @param rest what is taken back beside the fields of every event */
export const ResetButton = ({ rest }: { rest: Pick<Draft, 'text'> | Pick<Draft, 'steps'> }) => (
  <Button small variant="ghost" icon={<Undo2 size={13} />} onClick={() => changeBody({ changes: noChanges, ...rest })}>
    Reset
  </Button>
)

export const NewValuesButton = () => (
  <Button
    small
    icon={<Dices size={14} />}
    aria-keyshortcuts="n"
    title="New values, another seed (n)"
    onClick={() => changeBody({ seed: rollSeed() })}
  >
    New values
  </Button>
)
