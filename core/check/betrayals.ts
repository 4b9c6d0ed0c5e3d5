/**
 * What an answer betrays about who gave it: a framework, a proxy or a development server that stands in front of the code and
 * refused a genuine event before the code saw it. One row each, with what fixes it.
 */
import { type HeaderList, headerValue } from '../http/headers.ts'

/** An answer to a genuine event that is no 2xx. */
export interface RefusedAnswer {
  readonly status: number
  readonly headers: HeaderList
  /** The body as text, its markup included. */
  readonly text: string
}

/** How the event was sent. */
export interface SentAs {
  /** The name that the URL calls the server by, without a port. */
  readonly hostname: string
  /** Whether it carried a user name and a password. */
  readonly basic: boolean
}

export interface Betrayal {
  /** Who answered, as the end of a sentence: “Django’s CSRF protection answers before your view”. */
  readonly says: string
  /** What to do. */
  readonly fix: string
}

interface Row {
  readonly id: string
  readonly fits: (answer: RefusedAnswer, sent: SentAs) => boolean
  readonly says: string
  readonly fix: (sent: SentAs) => string
}

const page =
  (statuses: readonly number[], text: RegExp) =>
  (answer: RefusedAnswer): boolean =>
    statuses.includes(answer.status) && text.test(answer.text)

export const betrayals = [
  {
    id: 'django-csrf',
    fits: page([403], /CSRF verification failed/i),
    says: 'Django’s CSRF protection answers before your view',
    fix: () => 'Put @csrf_exempt (django.views.decorators.csrf) on the view that takes the webhooks.',
  },
  {
    id: 'django-rest-csrf',
    fits: page([403], /CSRF Failed:/),
    says: 'the session authentication of Django REST framework answers before your view',
    fix: () => 'Set authentication_classes = [] on the view that takes the webhooks.',
  },
  {
    id: 'django-hosts',
    fits: page([400], /DisallowedHost|Invalid HTTP_HOST header|<h1>Bad Request \(400\)<\/h1>/),
    says: 'Django does not accept this host name',
    fix: ({ hostname }) => `Add '${hostname}' to ALLOWED_HOSTS in settings.py.`,
  },
  {
    id: 'rails-csrf',
    fits: page(
      [422],
      /InvalidAuthenticityToken|can(?:'|’|&#39;)t verify CSRF token authenticity|The change you wanted was rejected/i,
    ),
    says: 'the forgery protection of Rails answers before your action',
    fix: () => 'Add skip_forgery_protection to the controller that takes the webhooks.',
  },
  {
    id: 'rails-hosts',
    fits: page([403], /Blocked hosts?:/),
    says: 'Rails does not accept this host name in development',
    fix: ({ hostname }) => `Add config.hosts << "${hostname}" to config/environments/development.rb.`,
  },
  {
    id: 'sinatra-hosts',
    fits: page([403], /^\s*Host not permitted\s*$/),
    says: 'Sinatra does not accept this host name in development',
    fix: ({ hostname }) => `Add set :host_authorization, { permitted_hosts: ["${hostname}"] } to the app.`,
  },
  {
    id: 'vite-hosts',
    fits: page([403], /Blocked request\. This host .{0,300}is not allowed/s),
    says: 'the development server of Vite does not accept this host name',
    fix: ({ hostname }) =>
      `Add '${hostname}' to server.allowedHosts in vite.config, or check the app at its own port instead.`,
  },
  {
    id: 'laravel-csrf',
    fits: ({ status }) => status === 419,
    says: 'the CSRF protection of Laravel answers before your route',
    fix: () =>
      'Except the path in bootstrap/app.php: $middleware->validateCsrfTokens(except: […]), or use routes/api.php.',
  },
  {
    id: 'node-csrf',
    fits: page([403], /invalid csrf token/i),
    says: 'a CSRF middleware answers before your route',
    fix: () => 'Mount the route that takes the webhooks before the CSRF middleware.',
  },
  {
    id: 'apache-authorization',
    // Its own page is another matter: then it is Apache itself that knows another password.
    fits: ({ status, headers, text }, { basic }) =>
      basic &&
      status === 401 &&
      /^Apache\b/i.test(headerValue(headers, 'Server') ?? '') &&
      !/could not verify that you/.test(text),
    says: 'Apache withholds Authorization from FastCGI and CGI, so the app may never see the password',
    fix: () =>
      'Add CGIPassAuth On to the directory in Apache’s configuration; otherwise compare user name and password.',
  },
] as const satisfies readonly Row[]

/** @returns who refused a genuine event in place of the code; null when the answer does not tell */
export function betrayalOf(answer: RefusedAnswer, sent: SentAs): Betrayal | null {
  const row: Row | undefined = betrayals.find(({ fits }) => fits(answer, sent))
  return row === undefined ? null : { says: row.says, fix: row.fix(sent) }
}
