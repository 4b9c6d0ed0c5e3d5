// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Role } from '../../../core/people/person.ts'
import type { MeView } from '../../../core/people/views.ts'
import { askedFactor, attendToPeople, learnWho, me, signInNeeded, whyNot } from '../../../ui/app/people.ts'
import { api, call } from '../../../ui/client/api.ts'
import { attendBy } from '../../../ui/client/ask.ts'
import { Button } from '../../../ui/kit/button.tsx'
import { browserName } from '../../../ui/people/account/browser-name.ts'
import { FactorDialog } from '../../../ui/people/factor/factor-dialog.tsx'
import { cleanup, fireEvent, render, screen, waitFor } from '../../helpers/screen.ts'

const view = (role: Role): MeView => ({
  mode: 'shared',
  person: { id: 'p', name: 'Ana', email: 'ana@example.com', role, hasSecondFactor: true },
  secondFactor: { authenticator: true, passkeys: [], recoveryCodes: 10, freshUntil: null },
})
const refusal = (status: number, code: string) =>
  Response.json({ error: { code, message: 'Not like this.', hint: 'Do it.' } }, { status })

/** hookscope, whose routes answer one thing after the other, the last one again and again. */
function answerWith(answers: Record<string, readonly (() => Response)[]>): string[] {
  const asked: string[] = []
  const turns = new Map<string, number>()
  vi.stubGlobal('fetch', async (input: string | URL, init?: RequestInit) => {
    const route = `${init?.method ?? 'GET'} ${new URL(String(input), 'http://inspector').pathname}`
    asked.push(route)
    const turn = turns.get(route) ?? 0
    turns.set(route, turn + 1)
    return answers[route]?.at(Math.min(turn, (answers[route]?.length ?? 1) - 1))?.() ?? refusal(404, 'unknown')
  })
  return asked
}
const needed = () => refusal(403, 'second-factor-needed')
const hooks = () => Response.json({ hooks: [] })

beforeEach(() => attendBy(attendToPeople))
afterEach(() => {
  cleanup()
  askedFactor.value?.done(false)
  me.value = null
  signInNeeded.value = null
  vi.unstubAllGlobals()
})

describe('a request that wants a second factor', () => {
  it('waits for the code, is repeated, and several ask once', async () => {
    me.value = view('owner')
    const asked = answerWith({
      'GET /api/hooks': [needed, needed, hooks],
      'POST /auth/step-up': [() => refusal(403, 'code-wrong'), () => Response.json({ freshUntil: 1 })],
    })
    const both = Promise.all([call(api.hooks.$get()), call(api.hooks.$get())])
    await waitFor(() => expect(askedFactor.value).not.toBeNull())
    render(<FactorDialog />)
    screen.getByText(/Hooks open with your second factor/)
    const code = screen.getByLabelText('Code')
    fireEvent.input(code, { target: { value: '000000' } })
    const go = screen.getByRole<HTMLButtonElement>('button', { name: 'Continue' })
    await waitFor(() => expect(go.disabled).toBe(false))
    fireEvent.click(go)
    await screen.findByText(/Not like this\. Do it\./)
    expect(asked.filter(route => route === 'GET /api/hooks')).toHaveLength(2)
    fireEvent.input(code, { target: { value: '123456' } })
    await waitFor(() => expect(go.getAttribute('aria-busy')).toBeNull())
    fireEvent.click(go)
    expect(await both).toEqual([{ hooks: [] }, { hooks: [] }])
    expect(asked.filter(route => route === 'GET /api/hooks')).toHaveLength(4)
    expect(askedFactor.value).toBeNull()
  })

  it('fails as it was refused when nothing is given', async () => {
    me.value = view('owner')
    const asked = answerWith({ 'GET /api/hooks': [needed] })
    const answer = call(api.hooks.$get())
    const failed = expect(answer).rejects.toMatchObject({ status: 403, code: 'second-factor-needed' })
    await waitFor(() => expect(askedFactor.value).not.toBeNull())
    render(<FactorDialog />)
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await failed
    expect(asked).toEqual(['GET /api/hooks'])
    expect(askedFactor.value).toBeNull()
  })

  it('has one set up where there is none', async () => {
    me.value = view('developer')
    answerWith({ 'GET /api/hooks': [() => refusal(403, 'second-factor-missing')] })
    const answer = call(api.hooks.$get()).catch(() => null)
    await waitFor(() => expect(askedFactor.value).not.toBeNull())
    render(<FactorDialog />)
    screen.getByRole('heading', { name: 'Set up a second factor' })
    screen.getByLabelText('Your password')
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await answer
  })

  it('is no matter of other refusals', async () => {
    answerWith({ 'GET /api/hooks': [() => refusal(403, 'role')] })
    await expect(call(api.hooks.$get())).rejects.toMatchObject({ code: 'role' })
    expect(askedFactor.value).toBeNull()
  })
})

describe('who is signed in', () => {
  it('is asked once, and nobody where the answer is a page', async () => {
    answerWith({
      'GET /auth/me': [() => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } })],
    })
    await learnWho()
    expect([me.value, signInNeeded.value]).toEqual([null, null])
    expect(whyNot('POST /api/simulations')).toBeNull()
  })

  it('has to sign in, as the page opens or after a session that has ended', async () => {
    answerWith({ 'GET /auth/me': [() => refusal(401, 'signed-out')] })
    await learnWho()
    expect(signInNeeded.value).toBe('before')
    signInNeeded.value = null
    me.value = view('viewer')
    await learnWho()
    expect(signInNeeded.value).toBe('ended')
  })

  it.each([
    ['viewer', 'Only a developer or an owner can do this.', 'Only an owner can do this.'],
    ['developer', null, 'Only an owner can do this.'],
    ['owner', null, null],
  ] as const)('may what the role of a %s may, and the button of what it may not says why', async (role, send, add) => {
    answerWith({ 'GET /auth/me': [() => Response.json(view(role))] })
    await learnWho()
    expect([whyNot('POST /api/simulations'), whyNot('POST /api/hooks')]).toEqual([send, add])
    expect(whyNot('GET /api/deliveries')).toBeNull()
    const press = vi.fn()
    render(
      <Button refused={whyNot('POST /api/hooks')} onClick={press}>
        Add
      </Button>,
    )
    const button = screen.getByRole('button', { name: 'Add' })
    fireEvent.click(button)
    expect(press).toHaveBeenCalledTimes(add === null ? 1 : 0)
    expect(button.title).toBe(add ?? '')
    expect(button.hasAttribute('disabled')).toBe(false)
  })
})

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1', 'Safari on iPhone'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
  [null, 'Browser'],
])('names the browser of %s', (agent, name) => {
  expect(browserName(agent)).toBe(name)
})
