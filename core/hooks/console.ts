/** The merchant console's words (Settings > Webhooks): its fields and buttons as they read there, for every surface. */

/** The fields of the Add Webhook window, in its order. Every one is required. */
export const consoleFields = {
  label: 'Webhook Label',
  hookUrl: 'Hook URL',
  events: 'Events',
  authentication: 'Authentication',
  signature: 'Signature',
} as const

/** Every field of a hook: the console's, and what hookscope does with what arrives there. */
export const hookFields = { ...consoleFields, forward: 'Forward to' } as const
export type HookField = keyof typeof hookFields

/** Its buttons. */
export const consoleButtons = {
  open: 'Add Webhook',
  add: 'Add Hook',
  close: 'Close',
  resetAuthentication: 'Reset Webhook Authentication',
  keepAuthentication: 'Keep Current Configuration',
  save: 'Save Changes',
  abandon: 'Abandon Changes',
  remove: 'Delete Hook',
} as const

/** What Authentication and Signature offer. */
export const authenticationChoices = { none: 'None', basic: 'Basic' } as const
export const signatureChoices = {
  none: 'None',
  'source-key': 'Source Key',
  'signature-key': 'Signature Key',
} as const
/** Where the console shows each key, and what it calls it there. */
export const keyPlaces = {
  'source-key': 'The console calls it API Key: the one that is chosen for this webhook.',
  'signature-key': 'It is at the bottom of the webhook’s window in the console.',
} as const

/** For those who do not find Settings > Webhooks. */
export const legacyHint = 'No Webhooks under Settings? Legacy accounts ask integration support for them.'

export type SignatureChoice = keyof typeof signatureChoices
