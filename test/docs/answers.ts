/** What the routes of the API answer, by path and method: the types that api-answers.ts reads. */
import type { ExtractSchema } from 'hono/types'
import type { createApi } from '../../server/api/api.ts'

export type Answers = ExtractSchema<ReturnType<typeof createApi>>
