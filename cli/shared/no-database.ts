/** What to do where a command about simulated events finds no database. */
export const noDatabase = 'Send with --to URL; or start hookscope once to create it, or choose another with --db.'
