/** The person's browser. */

/** What cannot open one says so within this time, milliseconds. */
const failsWithinMs = 3000

/** @returns whether it was started; false where none is there */
export async function startBrowser(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open')
    const starting = await open(url)
    return await new Promise<boolean>(resolve => {
      // What stays is the browser itself.
      const timer = setTimeout(() => resolve(true), failsWithinMs)
      const end = (isStarted: boolean) => {
        clearTimeout(timer)
        resolve(isStarted)
      }
      starting.once('error', () => end(false))
      starting.once('exit', code => end(code === 0))
    })
  } catch {
    return false
  }
}
