/** Step 9 of the schema: what a simulated try met at a hook of this hookscope, and at the apps behind it. */
export const stationsSchema = `
  -- As of an attempt: one line of a non-2xx answer, and where a redirect leads.
  ALTER TABLE simulated_try ADD COLUMN line TEXT;
  ALTER TABLE simulated_try ADD COLUMN location TEXT;
  -- JSON: HookStation, once it has arrived; AppsAsked, once nothing more is to come.
  ALTER TABLE simulated_try ADD COLUMN arrival TEXT;
  ALTER TABLE simulated_try ADD COLUMN apps TEXT;
`
