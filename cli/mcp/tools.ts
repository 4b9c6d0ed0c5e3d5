/** What an agent can do: each tool with what it takes, what it gives, and the command or the calls behind it. */
import { check, checkReport } from './check-tools.ts'
import {
  explainSignature,
  getDelivery,
  listEventTypes,
  searchDeliveries,
  status,
  waitForDelivery,
} from './look-tools.ts'
import { replay, trigger } from './send-tools.ts'
import type { Tool } from './tool.ts'

export const tools: readonly Tool[] = [
  status,
  searchDeliveries,
  getDelivery,
  waitForDelivery,
  explainSignature,
  listEventTypes,
  trigger,
  replay,
  check,
  checkReport,
]
