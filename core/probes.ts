/** Every probe of the readiness check as data: report, README, menus and `--only` read this table. */
import type { ProbeGroup, Severity } from './finding.ts'
import type { RemedyName } from './remedies.ts'

export interface ProbeEntry {
  /** Stable; what `--only`, `--skip` and baselines name. */
  readonly id: string
  readonly group: ProbeGroup
  /** The question it asks, for people. */
  readonly question: string
  readonly severity: Severity
  /** Why it matters, in a sentence or two. */
  readonly why: string
  /** What to do when the answer is no. */
  readonly fix: string
  /** Code that does it, where code is the fix. */
  readonly remedy?: RemedyName
}

const wire = [
  {
    id: 'dns',
    group: 'wire',
    question: 'Does the host name resolve?',
    severity: 'critical',
    why: 'Without an address nothing arrives.',
    fix: 'Create the A or AAAA record, and wait until it is known everywhere.',
  },
  {
    id: 'public-address',
    group: 'wire',
    question: 'Can the address be reached from the internet?',
    severity: 'critical',
    why: 'The gateway cannot reach private addresses; your own machine can, so tests pass and deliveries never come.',
    fix: 'Point the name at a public address, or put a public proxy in front.',
  },
  {
    id: 'certificate-chain',
    group: 'wire',
    question: 'Is the certificate signed by an authority that the gateway trusts?',
    severity: 'critical',
    why: 'The gateway refuses self-signed certificates and incomplete chains, and sends nothing.',
    fix: 'Install a certificate of a public authority (Let’s Encrypt, for instance), with the whole chain.',
  },
  {
    id: 'certificate-name',
    group: 'wire',
    question: 'Is the certificate made out to this host?',
    severity: 'critical',
    why: 'A certificate for another name is refused like a forged one.',
    fix: 'Get a certificate that names this host among its subject alternative names.',
  },
  {
    id: 'certificate-expiry',
    group: 'wire',
    question: 'Is the certificate valid now, and for the next two weeks?',
    severity: 'critical',
    why: 'From the day it expires on, no delivery arrives.',
    fix: 'Renew it, and let it be renewed automatically.',
  },
  {
    id: 'tls-modern',
    group: 'wire',
    question: 'Does it speak TLS 1.2?',
    severity: 'critical',
    why: 'The gateway connects with TLS 1.2; a server that offers only older or only newer versions is out of its reach.',
    fix: 'Enable TLS 1.2 and 1.3 in the web server.',
  },
  {
    id: 'tls-old',
    group: 'wire',
    question: 'Does it refuse TLS 1.0 and 1.1?',
    severity: 'minor',
    why: 'They are broken, and PCI DSS does not allow them where card data passes.',
    fix: 'Disable TLS 1.0 and 1.1 in the web server.',
  },
  {
    id: 'https',
    group: 'wire',
    question: 'Is it https?',
    severity: 'critical',
    why: 'The console takes https URLs only, and over plain http anyone on the way reads every payment.',
    fix: 'Serve the endpoint over https, and enter that URL in the console.',
  },
  {
    id: 'redirect',
    group: 'wire',
    question: 'Does it answer at this very URL, without a redirect?',
    severity: 'critical',
    why: 'A redirect is not a 2xx: the delivery counts as failed, and a client that follows it may turn POST into GET.',
    fix: 'Enter the URL that it redirects to, slash included, or route this one without a redirect.',
  },
  {
    id: 'http-1-1',
    group: 'wire',
    question: 'Does it answer in well-formed HTTP/1.1?',
    severity: 'major',
    why: 'An answer that cannot be read is no answer: the event comes again.',
    fix: 'Leave the framing of answers to the web server; look for a proxy that rewrites them.',
  },
  {
    id: 'no-body-echo',
    group: 'wire',
    question: 'Does it keep the body out of its answer?',
    severity: 'minor',
    why: 'What is echoed lands in the logs of whoever is on the way, payment details included.',
    fix: 'Answer with an empty body, or a fixed word.',
  },
  {
    id: 'no-internals',
    group: 'wire',
    question: 'Are its answers free of stack traces and secrets?',
    severity: 'major',
    why: 'Paths, versions, queries and keys in an error page are what an attacker begins with.',
    fix: 'Answer errors with a bare status, and write the details to the log.',
    remedy: 'quietErrors',
  },
] as const satisfies readonly ProbeEntry[]

const takes = [
  {
    id: 'every-event',
    group: 'takes',
    question: 'Does it take each of the 25 events?',
    severity: 'critical',
    why: 'An event that is not answered 2xx comes 35 more times over three days, and is then lost.',
    fix: 'Answer 2xx to every signed event, also to those your app does nothing with.',
    remedy: 'unknownTypes',
  },
  {
    id: 'card-updater-spellings',
    group: 'takes',
    question: 'Does it take the card updater in both spellings, cau.* and cardupdate.*?',
    severity: 'major',
    why: 'The gateway’s documents use both: which one your account sends shows only when it does.',
    fix: 'Treat cardupdate.NAME as cau.NAME.',
    remedy: 'unknownTypes',
  },
  {
    id: 'minimal-body',
    group: 'takes',
    question: 'Does it take an event with the fewest fields?',
    severity: 'critical',
    why: 'The console’s own example has only a type, a key, an amount and an authorization code: no other field may be relied on.',
    fix: 'Read every field as one that may be missing, and fetch what you need from the API by the object’s key.',
  },
  {
    id: 'new-fields',
    group: 'takes',
    question: 'Does it take fields it has never seen?',
    severity: 'major',
    why: 'The gateway adds fields without notice; a strict schema turns that day into an outage.',
    fix: 'Ignore fields you do not know: no strict validation, no exhaustive mapping.',
  },
  {
    id: 'unknown-event',
    group: 'takes',
    question: 'Does it take an event type it has never seen?',
    severity: 'major',
    why: 'New event types arrive the day the gateway has them. Refused, each comes 36 times.',
    fix: 'Answer 2xx to types you do not handle.',
    remedy: 'unknownTypes',
  },
  {
    id: 'unicode',
    group: 'takes',
    question: 'Does it take names and notes in every script?',
    severity: 'major',
    why: 'A body decoded and encoded again in another character set no longer fits its signature, and a column in Latin-1 refuses the row.',
    fix: 'Verify the raw bytes, read them as UTF-8, and store them as utf8mb4 (MySQL) or UTF-8.',
    remedy: 'signature',
  },
  {
    id: 'refnum-types',
    group: 'takes',
    question: 'Does it take refnum as a number and as a string?',
    severity: 'major',
    why: 'It is a number on sales and refunds, and a string on everything that follows them.',
    fix: 'Turn refnum into a string as soon as you read it.',
  },
  {
    id: 'nulls',
    group: 'takes',
    question: 'Does it take null where a value may be?',
    severity: 'major',
    why: 'Old values in changes are null until a thing happens for the first time.',
    fix: 'Read null like a missing field.',
  },
  {
    id: 'large-body',
    group: 'takes',
    question: 'Does it take a body of 256 KiB?',
    severity: 'minor',
    why: 'Some frameworks stop at 100 kB; the event that is longer is refused for three days.',
    fix: 'Raise the body limit of framework and proxy to 1 MB.',
    remedy: 'signature',
  },
] as const satisfies readonly ProbeEntry[]

const forged = 'Anyone who learns the URL can tell your shop that an order was paid.'

const refuses = [
  {
    id: 'signature-missing',
    group: 'refuses',
    question: 'Does it refuse an event without a signature?',
    severity: 'critical',
    why: forged,
    fix: 'Demand X-Signature, and refuse with 401 when it is not there.',
    remedy: 'signature',
  },
  {
    id: 'signature-empty',
    group: 'refuses',
    question: 'Does it refuse an empty signature?',
    severity: 'critical',
    why: 'Comparing over the length of what came makes an empty signature fit everything.',
    fix: 'Compare whole digests: check the length first, then compare in constant time.',
    remedy: 'signature',
  },
  {
    id: 'signature-malformed',
    group: 'refuses',
    question: 'Does it refuse what is no signature at all?',
    severity: 'critical',
    why: 'Text that is no hexadecimal can decode to nothing, and nothing is easily equal to nothing.',
    fix: 'Refuse everything but 64 hexadecimal characters.',
    remedy: 'signature',
  },
  {
    id: 'signature-other-key',
    group: 'refuses',
    question: 'Does it refuse a signature of another key?',
    severity: 'critical',
    why: forged,
    fix: 'Compute HMAC-SHA256 of the raw body with your key, and compare.',
    remedy: 'signature',
  },
  {
    id: 'signature-other-body',
    group: 'refuses',
    question: 'Does it refuse the signature of another body?',
    severity: 'critical',
    why: 'One genuine signature, seen once, must not open the door for any other event.',
    fix: 'Compute the signature over the whole body of this very request.',
    remedy: 'signature',
  },
  {
    id: 'signature-upper-case',
    group: 'refuses',
    question: 'How does it take a signature in upper case?',
    severity: 'minor',
    why: 'The gateway writes lower case. Either answer is safe; it is good to know which one yours is.',
    fix: 'Nothing has to be done.',
  },
  {
    id: 'signature-twice',
    group: 'refuses',
    question: 'Does it refuse two signature headers, the first one forged?',
    severity: 'major',
    why: 'Programs on the way and your app may each look at another of the two.',
    fix: 'Refuse a request that has more than one X-Signature; most frameworks join them with a comma, which fits nothing.',
    remedy: 'signature',
  },
  {
    id: 'body-changed',
    group: 'refuses',
    question: 'Does it refuse a body of which one byte was changed?',
    severity: 'critical',
    why: 'The amount is a few bytes of the body.',
    fix: 'Compute the signature over all bytes of the body as they came.',
    remedy: 'signature',
  },
  {
    id: 'body-respaced',
    group: 'refuses',
    question: 'Does it refuse the same JSON with other blanks under the old signature?',
    severity: 'major',
    why: 'Taking it means that the body is parsed and written anew before it is verified: some genuine events will then be refused.',
    fix: 'Verify the raw bytes before anything parses them: no JSON middleware in front.',
    remedy: 'signature',
  },
  {
    id: 'credentials-missing',
    group: 'refuses',
    question: 'Does it refuse an event without credentials?',
    severity: 'critical',
    why: 'Basic authentication that is not demanded protects nothing.',
    fix: 'Answer 401 when Authorization is not there.',
    remedy: 'credentials',
  },
  {
    id: 'credentials-wrong',
    group: 'refuses',
    question: 'Does it refuse a wrong password, though the signature is right?',
    severity: 'critical',
    why: 'Both were configured, so both have to fit.',
    fix: 'Check the credentials beside the signature, not in its place.',
    remedy: 'credentials',
  },
  {
    id: 'credentials-malformed',
    group: 'refuses',
    question: 'Does it refuse credentials that cannot be read?',
    severity: 'critical',
    why: 'What cannot be decoded must not pass as an empty user that is allowed in.',
    fix: 'Answer 401 to everything that is not “Basic” and base64 with a colon inside.',
    remedy: 'credentials',
  },
  {
    id: 'credentials-alone',
    group: 'refuses',
    question: 'Does it refuse right credentials with a wrong signature?',
    severity: 'critical',
    why: 'A password travels with every request and leaks sooner than a key; it does not tell whether the body is genuine.',
    fix: 'Check the signature also when the credentials fit.',
    remedy: 'signature',
  },
  {
    id: 'connection-reused',
    group: 'refuses',
    question: 'Does it refuse an unsigned event after a signed one on the same connection?',
    severity: 'critical',
    why: 'A proxy puts many senders on one connection: what was verified is the request, never the connection.',
    fix: 'Keep no “already verified” beyond one request.',
    remedy: 'signature',
  },
] as const satisfies readonly ProbeEntry[]

const doubled = 'The gateway sends again whenever it did not see your answer, so this happens every day.'

const survives = [
  {
    id: 'duplicate',
    group: 'survives',
    question: 'Does it take the same event twice, and act once?',
    severity: 'critical',
    why: doubled,
    fix: 'Remember each event_id in the transaction that does the work; answer 2xx to one that was seen.',
    remedy: 'once',
  },
  {
    id: 'duplicate-at-once',
    group: 'survives',
    question: 'Does it act once when the same event comes twice at the same time?',
    severity: 'critical',
    why: 'Asking “have I seen it?” and then writing it down lets both through.',
    fix: 'Let a unique index decide: insert first, act only when the insert did something.',
    remedy: 'once',
  },
  {
    id: 'duplicate-twenty',
    group: 'survives',
    question: 'Does it act once when the same event comes 20 times at once?',
    severity: 'critical',
    why: '20 is how many connections the gateway opens; a lock that holds for two may not for twenty.',
    fix: 'Let a unique index decide, and let those that lose answer 2xx.',
    remedy: 'once',
  },
  {
    id: 'duplicate-later',
    group: 'survives',
    question: 'Does it act once when the event comes again after an hour of others?',
    severity: 'critical',
    why: 'Retries go on for 72 hours: a cache that forgets sooner doubles orders.',
    fix: 'Keep event ids for at least four days, in the database and not in memory.',
    remedy: 'once',
  },
  {
    id: 'reverse-order',
    group: 'survives',
    question: 'Does it take a sale, its capture and its settlement in reverse order?',
    severity: 'major',
    why: 'The gateway delivers from many threads: the capture may come before its sale.',
    fix: 'Create what is not there yet, order by event_triggered, or fetch the object by its key.',
  },
  {
    id: 'lost-answer',
    group: 'survives',
    question: 'Does it take a retry after an answer that the gateway never saw?',
    severity: 'critical',
    why: 'When the connection breaks after your work is done, the same event comes again in five minutes.',
    fix: 'Act once an event_id, and answer 2xx to the retry.',
    remedy: 'once',
  },
  {
    id: 'late-event',
    group: 'survives',
    question: 'Does it take events that are three days late?',
    severity: 'major',
    why: 'The last retry comes 72 hours after the event. A check of the time against replays would refuse it.',
    fix: 'Do not refuse by event_triggered; the event_id keeps repeats out.',
    remedy: 'once',
  },
] as const satisfies readonly ProbeEntry[]

const fast = [
  {
    id: 'connect-time',
    group: 'fast',
    question: 'Does it take connections well within 5 seconds?',
    severity: 'major',
    why: 'After 5 seconds the gateway gives up on the connection and counts the delivery as failed.',
    fix: 'Give the server more workers or a longer accept queue; look at the firewall in front.',
  },
  {
    id: 'answer-alone',
    group: 'fast',
    question: 'Does it answer a single event within 5 seconds?',
    severity: 'major',
    why: 'The gateway cuts at 45 seconds. Whoever needs more than 5 alone is past it on a busy day.',
    fix: 'Write the event down, answer, and do the work afterwards.',
    remedy: 'answerFirst',
  },
  {
    id: 'answer-at-twenty',
    group: 'fast',
    question: 'Does it answer within 5 seconds with 20 events at once?',
    severity: 'major',
    why: '20 connections at once is how the gateway delivers a settled batch.',
    fix: 'Do no slow work before answering, and hold no global lock over it.',
    remedy: 'answerFirst',
  },
  {
    id: 'burst',
    group: 'fast',
    question: 'Does it take 500 events in a row without losing one?',
    severity: 'major',
    why: 'A settlement run sends hundreds of events in a minute; each that fails comes again later, out of order.',
    fix: 'Answer first, work afterwards; raise rate limits for the gateway.',
    remedy: 'answerFirst',
  },
  {
    id: 'keep-alive',
    group: 'fast',
    question: 'Does it keep connections open?',
    severity: 'minor',
    why: 'A new TLS connection for each event costs both sides more than the event itself.',
    fix: 'Leave keep-alive on in web server and proxy.',
  },
  {
    id: 'work-before-answer',
    group: 'fast',
    question: 'Does it answer before it does the work?',
    severity: 'minor',
    why: 'Work in front of the answer is fast until the day the database or the mail server is slow; then every event fails.',
    fix: 'Write the event down, answer, and let a worker do the rest.',
    remedy: 'answerFirst',
  },
] as const satisfies readonly ProbeEntry[]

const crash =
  'An error page means that code ran into something it did not expect; the next such body may end the process.'

const sturdy = [
  {
    id: 'broken-json',
    group: 'sturdy',
    question: 'Does it survive broken JSON that is signed correctly?',
    severity: 'major',
    why: crash,
    fix: 'Catch the parser’s error and answer 400.',
    remedy: 'brokenJson',
  },
  {
    id: 'empty-body',
    group: 'sturdy',
    question: 'Does it survive an empty body?',
    severity: 'major',
    why: crash,
    fix: 'Answer 400 to an empty body.',
    remedy: 'brokenJson',
  },
  {
    id: 'content-type',
    group: 'sturdy',
    question: 'Does it survive another Content-Type?',
    severity: 'major',
    why: 'Frameworks that parse by Content-Type hand an empty body to your code, which then breaks or verifies nothing.',
    fix: 'Read the raw body whatever its type is called.',
    remedy: 'signature',
  },
  {
    id: 'deep-nesting',
    group: 'sturdy',
    question: 'Does it survive 10,000 nested brackets?',
    severity: 'major',
    why: 'Recursive parsers run out of stack, which can end the whole process.',
    fix: 'Verify the signature before parsing, limit the depth, and catch the error.',
    remedy: 'brokenJson',
  },
  {
    id: 'other-methods',
    group: 'sturdy',
    question: 'Does it refuse every method but POST?',
    severity: 'minor',
    why: 'A GET that is answered 200 hides that something else serves this URL; one that acts is a hole.',
    fix: 'Route POST only, and answer 405 to the rest.',
  },
  {
    id: 'body-cut',
    group: 'sturdy',
    question: 'Does it survive a body that is cut half-way?',
    severity: 'major',
    why: 'Connections break. Half a body must not be acted on, nor hold a worker for ever.',
    fix: 'Let the server drop incomplete requests, and verify the signature over the whole body.',
    remedy: 'signature',
  },
] as const satisfies readonly ProbeEntry[]

/** In the order they run and are shown. */
export const probes = [...wire, ...takes, ...refuses, ...survives, ...fast, ...sturdy] as const

export type ProbeId = (typeof probes)[number]['id']

const byId = new Map<string, ProbeEntry & { readonly id: ProbeId }>(probes.map(probe => [probe.id, probe]))

/** @returns undefined for a name that no probe has */
export function findProbe(id: string): (ProbeEntry & { readonly id: ProbeId }) | undefined {
  return byId.get(id)
}
