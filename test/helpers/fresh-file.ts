/**
 * Files that share a process begin as in one of their own: with modules that none has changed, and with nothing of the file before
 * in the environment, the globals or the page. What is outside of the project (libraries) is loaded once.
 */
import { chdir, cwd, env } from 'node:process'
import { afterAll, vi } from 'vitest'

const folder = cwd()
const variables = { ...env }

/** The helpers that clean up after this file are loaded already: they keep what they know. */
afterAll(() => {
  vi.resetModules()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  for (const name of Object.keys(env)) if (!(name in variables)) delete env[name]
  Object.assign(env, variables)
  if (cwd() !== folder) chdir(folder)
  if (typeof document === 'undefined') return
  document.body.replaceChildren()
  localStorage.clear()
  sessionStorage.clear()
})
