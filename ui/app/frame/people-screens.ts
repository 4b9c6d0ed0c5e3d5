/** The screens about people, fetched when one of them is first shown. */
import type { ComponentChildren } from 'preact'
import { late } from '../../kit/late.tsx'

const screens = () => import('../../people/screens.ts')

export const people = {
  AccountMenu: late(async () => (await screens()).AccountMenu),
  AccountView: late(async () => (await screens()).AccountView),
  Door: late(async () => (await screens()).Door),
  FactorDialog: late(async () => (await screens()).FactorDialog),
  HooksGate: late<{ children?: ComponentChildren }>(async () => (await screens()).HooksGate),
  OwnersView: late(async () => (await screens()).OwnersView),
} as const
