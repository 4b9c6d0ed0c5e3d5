/** Samples of the user's own: listed, made of a delivery, taken away. */
import { signal } from '@preact/signals'
import { findEvent } from '../../core/events/catalogue.ts'
import type { Sample } from '../../core/simulate/simulation.ts'
import { api, call } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'
import { orToast } from './or-toast.ts'
import { goTo } from './route.ts'

/** null until they have come. */
export const ownSamples = signal<readonly Sample[] | null>(null)

/** The delivery that is about to be saved as a sample; null when the window is closed. */
export const savingSample = signal<number | null>(null)

/** Loads the samples. What was there stays when they cannot be had. */
export async function loadSamples(): Promise<void> {
  const isLoaded = await orToast(async () => {
    ownSamples.value = (await call(api.samples.$get())).samples
  })
  if (!isLoaded) ownSamples.value ??= []
}

/** Where the Simulate view is with something chosen. */
export const simulateHref = (what: string): string => `/simulate?${new URLSearchParams({ what })}`

const named = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/

/** What is wrong with a sample's name, in words; null when it can be. */
export function sampleNameProblem(name: string): string | null {
  if (name === '') return 'Enter a name, such as sale-with-tip.'
  if (!named.test(name))
    return 'Lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit.'
  if (findEvent(name)) return 'The catalogue has this name. Choose another.'
  return null
}

/** A name to begin with: the end of the event type, and the delivery's number. */
export function proposedName(eventType: string | null, delivery: number): string {
  const words = (eventType ?? 'delivery').toLowerCase().split('.').slice(-2).join('-')
  const plain = words.replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '')
  return `${plain.slice(0, 40) || 'delivery'}-${delivery}`
}

/**
 * Saves a delivery as a sample, and offers to send it.
 * @throws ApiFailure for a name that is taken, and for a delivery without a JSON body
 */
export async function saveSample(delivery: number, name: string): Promise<void> {
  const { sample } = await call(api.samples.$post({ json: { delivery, name } }))
  ownSamples.value = [...(ownSamples.peek() ?? []).filter(other => other.name !== sample.name), sample]
  showToast(`Saved as the sample “${sample.name}”.`, {
    tone: 'ok',
    action: { label: 'Simulate it', run: () => goTo(simulateHref(`sample:${sample.name}`)) },
  })
}

/** Takes a sample away. @returns whether it is gone */
export const removeSample = (name: string): Promise<boolean> =>
  orToast(async () => {
    await call(api.samples[':name'].$delete({ param: { name } }))
    ownSamples.value = (ownSamples.peek() ?? []).filter(sample => sample.name !== name)
    showToast(`Removed the sample “${name}”.`)
  })
