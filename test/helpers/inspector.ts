/** The inspector's API as a script asks it. */

/** @param link as the `ready` line gives it, with the token @returns asks by method and path, with a body as JSON */
export function scriptOf(link: string): (method: string, path: string, body?: unknown) => Promise<Response> {
  const { origin, searchParams } = new URL(link)
  const headers = { Authorization: `Bearer ${searchParams.get('token')}`, 'Content-Type': 'application/json' }
  return (method, path, body) =>
    fetch(`${origin}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
}
