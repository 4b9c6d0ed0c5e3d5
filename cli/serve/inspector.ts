/** The inspector of a team: whoever comes in signs in. */

import { laptopStreamPath } from '../../core/laptops/frames.ts'
import { openLaptopStreams } from '../../server/api/laptops/laptops.ts'
import { startSharedInspector } from '../../server/api/people/server.ts'
import type { Inspector } from '../../server/api/server.ts'
import { openPeople } from '../../server/people/people.ts'
import type { Operations } from '../../server/serving/operations.ts'
import type { ServeSettings } from '../../server/serving/serve-settings.ts'
import type { Workspace } from '../../server/workspace.ts'

export interface TeamInspectorOptions extends Pick<ServeSettings, 'secrets' | 'clientOf'> {
  /** As the store was opened with: the path of a file, or a URL with its password. */
  readonly db: string
  /** As browsers know it. */
  readonly origin: string
  readonly port: number
  /** null: this machine alone. */
  readonly host: string | null
  readonly uiFolder: string
  readonly operations: Operations
  log(line: string): void
}

export interface TeamInspector extends Inspector {
  /** Whether nobody could sign in, since nobody is invited yet. */
  readonly isEmpty: boolean
}

/** @throws UserError when the port cannot be used */
export async function openTeamInspector(workspace: Workspace, options: TeamInspectorOptions): Promise<TeamInspector> {
  const { db, origin, secrets, port, host, uiFolder, operations, log } = options
  const people = await openPeople({ db, origin, secrets })
  try {
    const inspector = await startSharedInspector({
      ...{ people, workspace, uiFolder, operations, port, log },
      ...(host !== null && { host }),
      addressOf: options.clientOf,
      openStreams: door => ({
        [laptopStreamPath]: openLaptopStreams({
          ...{ door, store: workspace.store, log },
          hooks: workspace.hooks.hooks,
          onHooks: workspace.hooks.onChange,
        }),
      }),
    })
    return {
      ...{ port: inspector.port, url: origin, openUrl: origin, oneTimeUrl: () => origin },
      isEmpty: (await people.members.list()).length === 0,
      async close() {
        await inspector.close()
        await people.close()
      },
    }
  } catch (error) {
    await people.close()
    throw error
  }
}
