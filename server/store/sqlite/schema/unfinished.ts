/** Step 14 of the schema: what hookscope was in the middle of, to be taken up at the next start. */
export const unfinishedSchema = `
  CREATE TABLE unfinished (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;
`
