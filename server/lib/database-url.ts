/** Whether a database is named by the URL of a PostgreSQL server, rather than by the path of a file. */
export const isDatabaseUrl = (db: string): boolean => /^postgres(?:ql)?:\/\//i.test(db)
