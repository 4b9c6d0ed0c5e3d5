/** The command line of `hookscope mcp`. */
import type { AddCommand } from '../shared/options.ts'
import type { McpOptions } from './mcp.ts'

export const addMcp: AddCommand = (program, asked) =>
  program
    .command('mcp')
    .description('let a coding agent look, send and check (Model Context Protocol)')
    .takesStore()
    .says({
      examples: {
        'hookscope mcp':
          'as the command of an MCP server in the settings of your agent: it talks over stdin and stdout',
      },
      remarks: [
        'The agent can search, wait, send test events, replay and run the check. It sends to this machine and to where deliveries are forwarded, and nowhere else. It sees no keys and no full card numbers, deletes nothing, and changes no hook and no target.',
      ],
      exitCodes: '0 the agent closed the connection · 2 the command line is wrong · 3 cannot run here',
    })
    .does(
      asked,
      (given): McpOptions => given.common(),
      async (options, io) => (await import('./mcp.ts')).serveMcp(options, io),
    )
