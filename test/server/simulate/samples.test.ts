import { expect, it } from 'vitest'
import { openSamples } from '../../../server/simulate/samples.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()

it('there are 200 samples at the most; one that goes makes room for another', async () => {
  const id = await place.store.deliveries.append(arrival())
  const samples = openSamples({ store: place.store })
  const { body, createdAt } = await samples.save(id, 'sample-1')
  for (let number = 2; number <= 200; number++)
    await place.store.samples.add({ name: `sample-${number}`, eventType: null, body, createdAt, delivery: null })
  await expect(samples.save(id, 'one-more')).rejects.toThrow('There are 200 samples, which is the maximum.')
  await samples.remove('sample-7')
  await samples.save(id, 'one-more')
  expect(await samples.list()).toHaveLength(200)
})
