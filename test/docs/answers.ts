/** What the routes of the API answer, by path and method: the types that api-answers.ts reads. */
import type { ExtractSchema } from 'hono/types'
import type { createApi } from '../../server/api/api.ts'
import type { AuthApi } from '../../server/api/people/auth.ts'
import type { PeopleApi } from '../../server/api/people/people.ts'

export type Answers = ExtractSchema<ReturnType<typeof createApi>> & ExtractSchema<AuthApi> & ExtractSchema<PeopleApi>
