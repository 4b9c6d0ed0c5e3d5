/** Where a hook's deliveries alone are forwarded: a JSON list of `[EVENTS=]URL`; null for nowhere of its own. */
export const hookForwardSchema = 'ALTER TABLE hook ADD COLUMN forward TEXT;'
