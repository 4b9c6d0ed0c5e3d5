/** Has the browser save what the API answers, as a stream: of a million deliveries nothing is held in the page. */
import { withTicket } from '../../core/api/page-key.ts'
import { call, entrance } from '../client/api.ts'
import { orToast } from './or-toast.ts'

/**
 * Says so when it cannot.
 * @param target of the API, with its query
 * @param name what the file is called
 */
export async function saveFile(target: string, name: string): Promise<void> {
  await orToast(async () => {
    const { ticket } = await call(entrance.downloads.$post({ json: { target } }))
    const link = document.createElement('a')
    link.href = withTicket(target, ticket)
    // A named download is what the router leaves to the browser.
    link.download = name
    link.click()
  })
}
