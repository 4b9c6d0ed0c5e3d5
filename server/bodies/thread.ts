/** The thread that does jobs: bundled as a text of its own, see `threads` in vite.server.config.ts. */
import { parentPort } from 'node:worker_threads'
import { type JobInputs, type JobName, type JobResults, jobs } from './jobs.ts'

/** One job to do. */
export type JobRequest = {
  readonly [Name in JobName]: { readonly name: Name; readonly input: JobInputs[Name] }
}[JobName]
/** `ready` once, before the first; then one for each that was asked. */
export type JobReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: JobResults[JobName] }
  | { readonly kind: 'failed' }

function done<Name extends JobName>(name: Name, input: JobInputs[Name]): JobReply {
  try {
    return { kind: 'done', result: jobs[name](input) }
  } catch {
    // A body that trips a reader: whoever asked does without it.
    return { kind: 'failed' }
  }
}

parentPort?.on('message', ({ name, input }: JobRequest) => parentPort?.postMessage(done(name, input)))
parentPort?.postMessage({ kind: 'ready' } satisfies JobReply)
