/** What a laptop's app answered, as an attempt of the delivery: data alone, nothing is sent there from here. */
import type { AttemptReport } from '../../../core/laptops/frames.ts'
import type { Person } from '../../../core/people/person.ts'
import type { Store } from '../../store/store.ts'

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

/** Once, however often it is told. @param log what the laptop's own log is called by */
export async function keepReport(
  { deliveries, attempts }: Pick<Store, 'deliveries' | 'attempts'>,
  { id, delivery, source, target, startedAt, changes, request, result }: AttemptReport,
  { person, log }: { readonly person: Pick<Person, 'id' | 'name' | 'laptop'>; readonly log: string },
): Promise<void> {
  const came = request.body === null ? await deliveries.get(delivery) : undefined
  if (request.body === null && came === undefined) return
  const body = request.body === null ? (came?.body ?? new Uint8Array()) : bytesOf(request.body)
  const { answer } = result
  await attempts.addReported({
    ...{ delivery, source, target, startedAt, changes },
    request: { ...request, body },
    result: { ...result, answer: answer && { ...answer, body: bytesOf(answer.body) } },
    laptop: { person: person.name, name: person.laptop ?? '' },
    // Nobody can take another one's place.
    report: `${person.id} ${log} ${id}`,
  })
}
