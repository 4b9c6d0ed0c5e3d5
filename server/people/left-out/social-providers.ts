/** Stands in for better-auth's forty ways to sign in by another service when it is bundled: there is none here. */
import { z } from 'zod'

export const socialProviders = {}
export const socialProviderList: readonly string[] = []
export const SocialProviderListEnum = z.string()
