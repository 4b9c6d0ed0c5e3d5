/** Which command a command line asks for: options before it change nothing, former names are read as those of today. */
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import { version } from '../../server/lib/version.ts'
import { runHere } from '../helpers/here.ts'

/** What is asked for; the settings are those of the line itself. */
const askedBy = (line: string) => readCommandLine(line.split(' '), process)

/** May stand before each command, and change nothing of which command it is. */
const before = ['', '--no-config ', '--trust-config --no-config ', '--config x.json ', '--config=x.json ']

describe.each(before)('behind “%s”, a former name is read as that of today:', options => {
  it.each([
    ['hooks rehearse Shop --status 503 --fail-next 2', 'hooks mock Shop --status 503 --fail-next 2'],
    ['pending hurry 12 13', 'pending send 12 13'],
    ['pending hurry all --json', 'pending send all --json'],
    ['trigger --journey card-sale --weather wrong-signature', 'trigger --scenario card-sale --fault wrong-signature'],
    ['trigger ach.settled --weather=cut', 'trigger ach.settled --fault=cut'],
  ])('%s', (former, now) => {
    expect(askedBy(`${options}${former}`)).toEqual({ ...askedBy(`${options}${now}`), run: expect.any(Function) })
  })

  it.each(['-V', '-v', '--version', 'version'])('%s prints the version alone', async word => {
    expect(await runHere(`${options}${word}`.split(' '))).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each(['hooks rehearse', 'pending hurry'])('help %s', async former => {
    const { code, stdout } = await runHere(`${options}help ${former}`.split(' '))
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: hookscope (?:hooks mock|pending send) /m)])
  })
})

it('a former name is a word like any other where it stands for something else', () => {
  expect(askedBy('list rehearse hurry -- --journey')).toMatchObject({
    command: 'list',
    options: { words: ['rehearse', 'hurry', '--journey'] },
  })
  expect(askedBy('hooks mock rehearse --off')).toMatchObject({ options: { hook: 'rehearse' } })
  expect(askedBy('--db hooks pending hurry all')).toMatchObject({ options: { settings: { db: 'hooks' } } })
})

describe('what is mistyped', () => {
  it.each([
    ['lisen', 'There is no command “lisen”.', 'Did you mean hookscope listen?'],
    ['--no-config lisen', 'There is no command “lisen”.', 'Did you mean hookscope listen?'],
    ['--forward a 3000', 'Unexpected argument “3000”.', 'Is it the value of an option? See hookscope --help'],
    // Of hookscope alone, the options are those of listening.
    ['--prot 1', "Unknown option '--prot'.", 'Did you mean --port? See hookscope --help'],
    ['--prot=1', "Unknown option '--prot=1'.", 'Did you mean --port? See hookscope --help'],
    ['listen --prot 1', "Unknown option '--prot'.", 'Did you mean --port? See hookscope help listen'],
    // Another command's options are suggested to none.
    ['list --forward x', "Unknown option '--forward'.", 'See hookscope help list'],
    ['list --forwrad x', "Unknown option '--forwrad'.", 'See hookscope help list'],
    ['list --limt 3', "Unknown option '--limt'.", 'Did you mean --limit? See hookscope help list'],
    ['--no-config list --limt 3', "Unknown option '--limt'.", 'Did you mean --limit? See hookscope help list'],
    ['show 1 --port 1', "Unknown option '--port'.", 'See hookscope help show'],
    ['hooks add --open', "Unknown option '--open'.", 'See hookscope help hooks add'],
    ['hooks add --lable x', "Unknown option '--lable'.", 'Did you mean --label? See hookscope help hooks add'],
  ])('%s', async (line, message, hint) => {
    expect(await runHere(line.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: `hookscope: ${message}\n  ${hint}\n`,
    })
  })
})
