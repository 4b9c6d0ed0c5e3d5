/** Hooks by name: those of here, and those of the server that deliveries come from. */
import { unroutedHook } from '../../core/hooks/hook.ts'
import { status } from './listener.ts'

/** All that have a name, in order. */
export const namedHooks = (): readonly { readonly id: string; readonly label: string }[] => [
  ...(status.value?.from?.hooks ?? []),
  ...(status.value?.hooks ?? []),
]

export const hookName = (id: string): string =>
  namedHooks().find(hook => hook.id === id)?.label ?? (id === unroutedHook ? 'Unrouted' : id)
