/** What can stand at the cursor, for each command and option; the shells themselves are in cli/completion.test.ts. */
import { describe, expect, it } from 'vitest'
import { candidatesAt } from '../../../cli/completion/candidates.ts'
import { readLine } from '../../../cli/completion/line.ts'
import { buildProgram } from '../../../cli/program.ts'
import { catalogue } from '../../../core/events/catalogue.ts'

const program = buildProgram(() => undefined)
const known = () => ({
  hooks: ['My shop', 'Staging'],
  samples: [
    { name: 'large-sale', body: '{"order":{"total":12,"lines":[{"sku":"a"}]}}' },
    { name: 'broken', body: '{' },
  ],
})

/** The candidates at the end of a line. */
function at(line: string): string[] | 'files' {
  const { before, current } = readLine(line)
  const found = candidatesAt(program, before.slice(1), current, known)
  return found.kind === 'files' ? 'files' : found.words.map(({ text }) => text)
}

it.each<[line: string, candidates: string[] | 'files']>([
  ['hookscope trig', ['trigger']],
  ['hookscope samples s', ['show', 'save']],
  ['hookscope help pen', ['pending']],
  ['hookscope help pending c', ['cancel']],
  ['hookscope help list --', []],
  ['hookscope --db x help pen', ['pending']],
  ['hookscope hooks rehearse --fail-w', ['--fail-with']],
  ['hookscope --db x hooks rehearse --fail-w', ['--fail-with']],
  ['hookscope --db=x pending hurry ', ['all']],
  ['hookscope --no-config trigger --journey card-s', ['card-sale']],
  ['hookscope trigger --sce', ['--scenario']],
  ['hookscope --forward x trigger --sce', ['--scenario']],
  ['hookscope trigger ach.re', ['ach.returned']],
  ['hookscope trigger transaction.sale.success ach.re', ['ach.returned']],
  ['hookscope trigger cardupdate.cre', ['cardupdate.created']],
  ['hookscope trigger lar', ['large-sale']],
  ['hookscope samples remove l', ['large-sale']],
  ['hookscope samples show ach.f', ['ach.failed']],
  ['hookscope trigger --scenario card-s', ['card-sale']],
  ['hookscope trigger --scenario=card-s', ['--scenario=card-sale']],
  ['hookscope trigger --journey card-s', ['card-sale']],
  ['hookscope trigger --retries ', ['off', 'schedule']],
  ['hookscope trigger --clock ins', ['instant']],
  ['hookscope trigger --fault wrong-s', ['wrong-signature']],
  ['hookscope trigger --fault cut,slow=0.2,c', []],
  ['hookscope trigger --fault slow=0.2,c', ['slow=0.2,cut']],
  ['hookscope check --only surv', ['survives']],
  ['hookscope check --skip wire,body-c', ['wire,body-changed', 'wire,body-cut']],
  ['hookscope check http://a/ --html repo', 'files'],
  ['hookscope trigger --hook ', ['My shop', 'Staging']],
  ['hookscope trigger --hook "My', ['My shop']],
  ['hookscope trigger --hook My\\ sh', ['My shop']],
  ['hookscope hooks remove St', ['Staging']],
  ['hookscope trigger ach.returned --unset tracking', ['trackingcode']],
  ['hookscope trigger ach.returned --set event_body.object.check.', ['event_body.object.check.trackingcode=']],
  ['hookscope trigger --unset tracking', []],
  ['hookscope trigger --scenario ach-return --unset tracking', ['trackingcode']],
  ['hookscope trigger --scenario ach-return --unset 2:tracking', ['2:trackingcode']],
  ['hookscope trigger --scenario ach-return --set 4:reas', ['4:reason=']],
  ['hookscope trigger --scenario ach-return --set 5:', []],
  ['hookscope trigger ach.returned --set 1:', []],
  ['hookscope trigger large-sale --unset order.t', ['order.total']],
  ['hookscope trigger broken --unset o', []],
  ['hookscope trigger --body ', 'files'],
  ['hookscope trigger --db=x', 'files'],
  ['hookscope verify ', 'files'],
  ['hookscope pending cancel ', ['all']],
  ['hookscope pending cancel all ', []],
  ['hookscope completion ', ['bash', 'zsh', 'fish']],
  ['hookscope replay 1 --order ', ['triggered', 'received']],
  ['hookscope trigger --to x --t', ['--trust-config']],
  ['hookscope trigger --set a=1 --se', ['--set', '--seed']],
  ['hookscope trigger -- --se', []],
  ['hookscope trigger --bogus x --sce', ['--scenario']],
  ['hookscope trigger --signature-key --sce', ['--scenario']],
  ['hookscope trigger --bogus=', []],
  ['hookscope nonsense ', []],
])('%s', (line, candidates) => {
  expect(at(line)).toEqual(candidates)
})

describe('more than a few', () => {
  it('every event type, in the spelling of the catalogue unless the other one is begun', () => {
    const types = catalogue.map(({ type }) => type)
    expect(at('hookscope trigger ')).toEqual([...types, 'large-sale', 'broken'])
    expect(at('hookscope trigger c')).toHaveLength(6)
  })

  it('the options of a command that takes no words', () => {
    expect(at('hookscope listen ')).toEqual(expect.arrayContaining(['--forward', '--json']))
  })

  it('all commands, but not the one that only shells call', () => {
    expect(at('hookscope ')).toEqual(expect.arrayContaining(['trigger', 'samples', 'pending', 'completion', 'help']))
    expect(at('hookscope compl')).toEqual(['completion'])
  })

  it('every path of a type', () => {
    const paths = at('hookscope trigger transaction.sale.success --unset ')
    expect(paths).toEqual(expect.arrayContaining(['event_id', 'event_body.object.refnum', 'event_body.object.amount']))
    expect(paths).not.toContain('event_body.object')
  })
})
