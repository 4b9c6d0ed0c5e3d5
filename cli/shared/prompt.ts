/** Questions to the person at the terminal; on standard error, so that standard output stays what it is for. */
import { basename } from 'node:path'
import { stderr, stdin } from 'node:process'
import { printable } from '../../core/text/text.ts'
import { stableWords } from '../../core/tunnels/taking.ts'
import type { WayFacts } from '../../core/tunnels/ways.ts'
import type { AskTrust } from '../../server/config/config-code.ts'
import type { Ask } from '../../server/config/secrets.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import type { AskTunnel } from '../../server/tunnel/choose.ts'
import { placeNow } from './foreground.ts'

/** Whether there is someone to ask: a job in the background of its terminal would be stopped for asking. */
export const canAsk = (): boolean => stdin.isTTY === true && stderr.isTTY === true && placeNow() !== 'background'

const cancelled = () => new UserError('Canceled.', 'Nothing was done.', { exitCode: exitCodes.failed })

/** Asks without showing what is typed. */
export const askSecret: Ask = async (question, check) => {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: question, output: stderr, validate: typed => check(typed ?? '') })
  if (isCancel(answer)) throw cancelled()
  return answer
}

/** Asks for a line of text. @throws UserError when the question was cancelled */
export async function askText(question: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message: question, output: stderr })
  if (isCancel(answer)) throw cancelled()
  return answer ?? ''
}

/** What running the file means, and the question, which takes a letter. No is what follows from Enter alone. */
export const askTrust: AskTrust = async ({ path, lines, isForeign }, standing) => {
  const { isCancel, note, text } = await import('@clack/prompts')
  note(
    [
      printable(path),
      '',
      `To read its settings, hookscope runs it (${lines === 1 ? '1 line' : `${lines} lines`}). It can then do`,
      'whatever you can do here, such as read your keys and send them away.',
      ...(isForeign ? ['It belongs to another user of this machine.'] : []),
    ].join('\n'),
    `${printable(basename(path))} ${standing === 'changed' ? 'has changed since you trusted it' : 'is code'}`,
    { output: stderr },
  )
  const answer = await text({
    message: 'Run it? y: yes, as it is now · a: always, also when it changes · N: no',
    placeholder: 'N',
    output: stderr,
    validate: typed => (/^(?:|y|yes|a|always|n|no)$/i.test((typed ?? '').trim()) ? undefined : 'Type y, a or n.'),
  })
  const letter = isCancel(answer) ? 'n' : (answer ?? '').trim().charAt(0).toLowerCase()
  return letter === 'y' ? 'as-it-is' : letter === 'a' ? 'always' : null
}

/** Names who could read the deliveries, before anything is opened. */
export const askTunnel: AskTunnel = async offers => {
  const { isCancel, select } = await import('@clack/prompts')
  const answer = await select<WayFacts['name'] | 'none'>({
    message:
      'Open a tunnel through whose server? Its operator can read the deliveries. (Asked until you choose one; hookscope tunnels says more.)',
    options: [
      ...offers.map(({ name, seenBy, stable, limits }) => ({
        value: name,
        label: `${name} · ${stableWords[stable]}`,
        hint: `seen by ${seenBy}; ${limits}`,
      })),
      { value: 'none', label: 'none, not now', hint: '--tunnel none is not asked' },
    ],
    output: stderr,
  })
  if (isCancel(answer)) throw cancelled()
  return answer
}

/** @returns what was chosen; No when the question was cancelled */
export async function askYes(question: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, output: stderr })
  return !isCancel(answer) && answer
}
