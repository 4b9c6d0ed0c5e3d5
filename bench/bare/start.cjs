// The limit of bench/start.bench.ts: what any tool must do that keeps in SQLite what it gets by HTTP. The file is argv[2].
const { createServer } = require('node:http')
const Database = require('better-sqlite3')

const db = new Database(process.argv[2])
db.pragma('journal_mode = WAL')
db.exec('CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, body BLOB)')
const server = createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('ok')))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
