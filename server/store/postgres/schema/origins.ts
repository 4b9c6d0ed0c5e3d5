/** Step 6 of the schema: where deliveries of another hookscope came first, see the same of SQLite. Each is kept once. */
export const originsSchema = `
  ALTER TABLE arrival ADD COLUMN origin text COLLATE "C";
  ALTER TABLE delivery ADD COLUMN origin text COLLATE "C";
  CREATE UNIQUE INDEX arrival_origin ON arrival (origin, received_at) WHERE origin IS NOT NULL;
`
