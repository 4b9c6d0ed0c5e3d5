/** A step of the schema: attempts and simulated tries tell of the proxy that they went through. */
export const proxiesSchema = `
  -- Its host and port; null for a direct connection.
  ALTER TABLE attempt ADD COLUMN proxy TEXT;
  ALTER TABLE simulated_try ADD COLUMN proxy TEXT;
`
