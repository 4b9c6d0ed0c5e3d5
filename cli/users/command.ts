/** The command line of `hookscope users`. */
import { roles } from '../../core/people/person.ts'
import type { HelpText } from '../shared/help.ts'
import { type AddCommand, type GivenOptions, groups } from '../shared/options.ts'
import type { UsersAction, UsersOptions } from './users.ts'

const exitCodes = '0 done · 1 there is no such person · 2 the command line is wrong · 3 cannot run here'
const inviting = {
  'hookscope users invite olga@example.com --public-url https://hooks.example.com':
    'the first one: an owner; the link is for her alone',
  'hookscope users invite dev@example.com --role developer': 'with HOOKSCOPE_PUBLIC_URL in the environment',
}

export const addUsers: AddCommand = (program, asked) => {
  const users = program.command('users').description('the people of a shared hookscope').helpCommand(false)
  users.says({
    examples: { 'hookscope users': 'list them', ...inviting },
    remarks: [
      'A viewer sees deliveries; a developer also replays, simulates, checks, pins and deletes; an owner also changes hooks, keys, forwarding and people. It works on the database itself, beside a hookscope serve that runs.',
    ],
    exitCodes,
  })
  const add = (
    name: string,
    description: string,
    examples: HelpText['examples'],
    actionOf: (given: GivenOptions, email: string) => UsersAction,
  ) =>
    users
      .command(name, { isDefault: name === 'list' })
      .description(description)
      .takes(groups.arrive, { '--public-url <URL>': 'where browsers reach it, for links' })
      .takesStore()
      .does(
        asked,
        (given, [email = '']): UsersOptions => ({
          ...given.common(),
          settings: given.settings(),
          action: actionOf(given, email),
        }),
        async (options, io) => (await import('./users.ts')).users(options, io),
      )
      .says({ examples, exitCodes })
  add('list', 'list them, and who is invited; the same as users alone', { 'hookscope users': 'list them' }, () => ({
    kind: 'list',
  })).takesJson('one JSON object per line')
  add('invite <EMAIL>', 'make a link for somebody, for one use within 72 hours', inviting, (given, email) => ({
    ...{ kind: 'invite', email },
    role: given.oneOf('role', roles),
  }))
    .takesOneOf(groups.other, '--role <ROLE>', 'what they may; default: developer, the first one owner', roles)
    .takesJson('print the link and when it ends, as JSON')
  add(
    'reset <EMAIL>',
    'make a link for a new password; their sessions end, and second factors go with the old password',
    { 'hookscope users reset olga@example.com': 'when she lost her phone' },
    (_, email) => ({ kind: 'reset', email }),
  ).takesJson('print the link and when it ends, as JSON')
  add(
    'remove <EMAIL>',
    'remove somebody, with their sessions and laptops',
    { 'hookscope users remove dev@example.com': 'at once, in every process' },
    (_, email) => ({ kind: 'remove', email }),
  )
}
