/** How requests of the page go out: what hookscope wants before it answers is seen to, and the request repeated. */

const wants = ['signed-out', 'second-factor-needed', 'second-factor-missing'] as const
/** What hookscope can want first, by the code of its answer. */
export type Wanted = (typeof wants)[number]

/** @returns whether the request is to be repeated */
export type Attend = (wanted: Wanted, path: string) => Promise<boolean>

let attend: Attend = async () => false

/** Says who sees to it. */
export function attendBy(handler: Attend): void {
  attend = handler
}

/** `fetch`, but for that. The answer that wanted something is the caller's when nothing comes of it. */
export async function ask(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.status !== 401 && response.status !== 403) return response
  const answer = await response
    .clone()
    .json()
    .catch(() => null)
  const wanted = wants.find(code => code === answer?.error?.code)
  return wanted !== undefined && (await attend(wanted, String(input))) ? ask(input, init) : response
}
