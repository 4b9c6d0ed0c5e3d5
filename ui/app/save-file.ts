/** Has the browser save what the API answers, as a stream: of a million deliveries nothing is held in the page. */
import { withTicket } from '../../core/api/page-key.ts'
import { call, entrance, failureText } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'

/**
 * Says so when it cannot.
 * @param target of the API, with its query
 * @param name what the file is called
 */
export async function saveFile(target: string, name: string): Promise<void> {
  try {
    const { ticket } = await call(entrance.downloads.$post({ json: { target } }))
    const link = document.createElement('a')
    link.href = withTicket(target, ticket)
    // A named download is what the router leaves to the browser.
    link.download = name
    link.click()
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
  }
}
