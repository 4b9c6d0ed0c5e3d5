/** It does not break. */
import type { ProbeEntry } from './entry.ts'

const crash =
  'An error page, or no answer at all, means that code ran into something it did not expect; what is not caught may end the process.'

export const sturdy = [
  {
    id: 'broken-json',
    group: 'sturdy',
    pass: 'Survives broken JSON that is signed correctly',
    fail: 'Breaks on broken JSON that is signed correctly',
    severity: 'major',
    why: crash,
    fix: 'Catch the parser’s error and answer 400.',
    remedy: 'brokenJson',
  },
  {
    id: 'empty-body',
    group: 'sturdy',
    pass: 'Survives an empty body',
    fail: 'Breaks on an empty body',
    severity: 'major',
    why: crash,
    fix: 'Answer 400 to an empty body.',
    remedy: 'brokenJson',
  },
  {
    id: 'content-type',
    group: 'sturdy',
    pass: 'Survives another Content-Type',
    fail: 'Breaks on another Content-Type',
    severity: 'major',
    why: 'Frameworks that parse by Content-Type hand an empty body to your code, which then breaks or verifies nothing.',
    fix: 'Read the raw body whatever its type is called.',
    remedy: 'signature',
  },
  {
    id: 'deep-nesting',
    group: 'sturdy',
    pass: 'Survives 10,000 nested brackets',
    fail: 'Breaks on 10,000 nested brackets',
    severity: 'major',
    why: 'Recursive parsers run out of stack, which can end the whole process.',
    fix: 'Verify the signature before parsing, limit the depth, and catch the error.',
    remedy: 'brokenJson',
  },
  {
    id: 'other-methods',
    group: 'sturdy',
    pass: 'Refuses every method but POST',
    fail: 'Breaks on methods other than POST',
    warn: 'Accepts methods other than POST',
    severity: 'minor',
    why: 'A GET that is answered 200 hides that something else serves this URL; one that acts is a hole.',
    fix: 'Route POST only, and answer 405 to the rest.',
    remedy: 'postOnly',
  },
  {
    id: 'body-cut',
    group: 'sturdy',
    pass: 'Survives a body that is cut halfway',
    fail: 'Mishandles a body that is cut halfway',
    severity: 'major',
    why: 'Connections break. Half a body must not be acted on, nor hold a worker for ever.',
    fix: 'Let the server drop incomplete requests, and verify the signature over the whole body.',
    remedy: 'signature',
  },
] as const satisfies readonly ProbeEntry[]
