/** What an answer to a genuine event betrays about who gave it: a row each, and what looks alike and is none. */
import { describe, expect, it } from 'vitest'
import { betrayalOf, betrayals } from '../../../core/check/betrayals.ts'

const sent = { hostname: 'shop.example', basic: true }
const apache = [['Server', 'Apache/2.4.66 (Debian)']] as const

type Answer = readonly [status: number, text: string, headers?: readonly (readonly [string, string])[]]

const answers: Readonly<Record<(typeof betrayals)[number]['id'], { answer: Answer; fix: string }>> = {
  'django-csrf': {
    answer: [403, '<h1>Forbidden <span>(403)</span></h1>\n<p>CSRF verification failed. Request aborted.</p>'],
    fix: '@csrf_exempt',
  },
  'django-rest-csrf': {
    answer: [403, '{"detail":"CSRF Failed: CSRF token missing."}'],
    fix: 'authentication_classes',
  },
  'django-hosts': { answer: [400, '<h1>Bad Request (400)</h1><p></p>'], fix: "Add 'shop.example' to ALLOWED_HOSTS" },
  'rails-csrf': {
    answer: [422, '<header><h1>ActionController::InvalidAuthenticityToken in HooksController#create</h1></header>'],
    fix: 'skip_forgery_protection',
  },
  'rails-hosts': {
    answer: [403, '<h1>Blocked hosts: shop.example</h1>'],
    fix: 'config.hosts << "shop.example"',
  },
  'sinatra-hosts': { answer: [403, 'Host not permitted'], fix: 'permitted_hosts: ["shop.example"]' },
  'vite-hosts': {
    answer: [403, 'Blocked request. This host ("shop.example") is not allowed.\nTo allow it, …'],
    fix: "Add 'shop.example' to server.allowedHosts",
  },
  'laravel-csrf': { answer: [419, '<title>Page Expired</title>'], fix: 'validateCsrfTokens' },
  'node-csrf': { answer: [403, 'ForbiddenError: invalid csrf token'], fix: 'before the CSRF middleware' },
  'apache-authorization': { answer: [401, 'Unauthorized', apache], fix: 'CGIPassAuth On' },
}

const betrayed = ([status, text, headers = []]: Answer, as = sent) => betrayalOf({ status, headers, text }, as)

describe('what stands in front of an endpoint', () => {
  it.each(betrayals.map(({ id, says }) => [id, says] as const))('%s: %s', (id, says) => {
    const { answer, fix } = answers[id]
    expect(betrayed(answer)).toEqual({ says, fix: expect.stringContaining(fix) })
    // Nobody else gives this answer.
    expect(
      betrayals.filter(({ fits }) => fits({ status: answer[0], headers: answer[2] ?? [], text: answer[1] }, sent)),
    ).toHaveLength(1)
  })

  it.each<[string, Answer]>([
    ['Django with its own words for a host', [400, 'DisallowedHost at /webhooks\nInvalid HTTP_HOST header']],
    ['Rails in production', [422, '<p>The change you wanted was rejected.</p>']],
    ['Rails as an API', [422, '{"error":"Can\'t verify CSRF token authenticity."}']],
    ['Rails before 7', [403, '<h1>Blocked host: shop.example</h1>']],
  ])('also %s', (_, answer) => {
    expect(betrayed(answer)).not.toBeNull()
  })

  it.each<[string, Answer, typeof sent?]>([
    ['a bare 401', [401, '']],
    ['a bare 422 of the code itself', [422, '{"error":"amount is missing"}']],
    ['a bare 400', [400, 'Bad Request']],
    ['a 401 behind Apache without a password', [401, '', apache], { ...sent, basic: false }],
    [
      'Apache’s own page, which knows another password',
      [401, 'This server could not verify that you are authorized to access the document requested.', apache],
    ],
    ['the words of a page with another status', [200, 'CSRF verification failed']],
  ])('nothing is betrayed by %s', (_, answer, as) => {
    expect(betrayed(answer, as)).toBeNull()
  })
})
