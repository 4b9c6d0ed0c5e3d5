/** What an agent can do: each tool with what it takes, what it gives, and the command or the calls behind it. */
import { checkTools } from './check-tools.ts'
import { lookTools } from './look-tools.ts'
import { sendTools } from './send-tools.ts'
import type { Tool } from './tool.ts'

export const tools: readonly Tool[] = [...lookTools, ...sendTools, ...checkTools]
