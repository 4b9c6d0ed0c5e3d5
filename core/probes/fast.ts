/** It is fast enough. */
import type { ProbeEntry } from './entry.ts'

export const fast = [
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
