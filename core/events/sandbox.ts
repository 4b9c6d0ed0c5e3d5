/** The gateway's sandbox: which card, account, amount and hour brings which event. */
import type { EventType } from './catalogue.ts'

export interface SandboxRow {
  /** What there is to see. */
  readonly see: string
  /** What brings it about; card numbers in groups of four. */
  readonly how: string
  /** When its events come. */
  readonly hour: string
  /** Empty where nothing says which event comes. */
  readonly events: readonly EventType[]
}

const atOnce = 'at once'
const sold: readonly EventType[] = ['transaction.sale.success']
const failed: readonly EventType[] = ['transaction.sale.failure']

/** The answers of the address check, of cards 4000 1000 1111 …, 4000 1001 1111 … and so on. */
export const avsAnswers = 'YYY YYX NYZ NYW YNA NNN XXW XXU XXR XXS XXE XXG YYG GGG YGG'.split(' ')

export const sandbox: readonly SandboxRow[] = [
  { see: 'Approved sale', how: 'any listed test card, such as 4000 1000 1111 2224', hour: atOnce, events: sold },
  {
    see: 'AVS answers',
    how: `4000 1000 1111 2224 and on: the second block counts up through ${avsAnswers.join(', ')}`,
    hour: atOnce,
    events: sold,
  },
  {
    see: 'CVV answers M, N, P, S, U, X',
    how: '4000 2000 1111 2222, 4000 2001 1111 2221, 4000 2002 1111 2220, 4000 2003 1111 2229, 4000 2004 1111 2228, 4000 2005 1111 2227',
    hour: atOnce,
    events: sold,
  },
  {
    see: 'Decline',
    how: '4000 3000 1111 2220 (Declined), 4000 3002 1111 2228 (05, Do not honor), 4000 3006 1111 2224 (51, Insufficient funds), 4000 3008 1111 2222 (57), 4000 3013 1111 2225 (97, CVV)',
    hour: atOnce,
    events: failed,
  },
  {
    see: 'Partial approval (result code P)',
    how: '4000 0000 1111 2275 for 50 %, 4000 0000 1111 2283 for 75 %',
    hour: atOnce,
    events: sold,
  },
  { see: 'Referral', how: '4000 3001 1111 2229', hour: atOnce, events: [] },
  {
    see: 'Fraud profiler: review, reject',
    how: '4000 3014 1111 2224, 4000 3015 1111 2223',
    hour: atOnce,
    events: [],
  },
  { see: 'Approved check sale', how: 'any nine-digit routing number and any account', hour: atOnce, events: sold },
  { see: 'Check sale with an error', how: 'routing number 987654321', hour: atOnce, events: failed },
  { see: 'Declined check sale', how: 'amount 5.99', hour: atOnce, events: failed },
  { see: 'Check sale that needs a manager', how: 'amount 9999.99', hour: atOnce, events: [] },
  { see: 'Check sale submitted', how: 'any approved check sale', hour: '5 pm Pacific time', events: ['ach.submitted'] },
  {
    see: 'Check sale settled',
    how: 'any approved check sale',
    hour: '8 am Pacific time of the next day',
    events: ['ach.settled'],
  },
  {
    see: 'Check sale returned: R01, R02, R03, R04, R06, R07, R08, R10, R16',
    how: 'accounts 10178101, 10178102, 10178103, 10178104, 10178106, 10178107, 10178108, 10178110, 10178116',
    hour: '8 am Pacific time of the third day',
    events: ['ach.returned'],
  },
]

/** What holds for all of it. */
export const sandboxRemarks = [
  'The sandbox asks no outside processor. Its throughput is throttled, its data is cleared every few months, and small differences from production remain.',
  'Never use live card numbers in it.',
] as const
