/** It survives the gateway’s habits. */
import type { ProbeEntry } from './entry.ts'

const doubled = 'The gateway sends again whenever it did not see your answer, so this happens every day.'

export const survives = [
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
    id: 'retry-after-error',
    group: 'survives',
    question: 'Does it take the retry of an event that it answered with an error?',
    severity: 'critical',
    why: 'Who notes an event as seen and then fails takes its retry for a duplicate, or refuses it: the event is lost.',
    fix: 'Note the event_id in the same transaction as the work, so that both are undone together.',
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
