/** What names a database: a file, or a server, whose password is shown to nobody. */
import { expect, test } from 'vitest'
import { isDatabaseUrl, shownDatabase } from '../../../server/lib/database-url.ts'

test.each([
  ['postgres://hookscope:hunter2@db.internal:5432/hookscope', 'postgres://hookscope@db.internal:5432/hookscope'],
  [
    'postgresql://db.internal/hookscope?sslmode=require&password=hunter2',
    'postgresql://db.internal/hookscope?sslmode=require',
  ],
  ['postgres://u:hunter2@bad host/x', 'postgres://bad host/x'],
  ['postgres://db.internal/hookscope', 'postgres://db.internal/hookscope'],
])('%s is a server', (url, shown) => {
  expect([isDatabaseUrl(url), shownDatabase(url)]).toEqual([true, shown])
})

test.each(['/srv/postgres://x', 'deliveries.db', './postgres.db', 'mysql://a:b@c/d'])('%s is a file', path => {
  expect([isDatabaseUrl(path), shownDatabase(path)]).toEqual([false, path])
})
