/**
 * Code that mends what the readiness check finds, a few lines for each framework; where they go stands in the first line.
 * `db`, `apply` and `handlers` are the reader's own. test/server/check/remedies.test.ts puts them together and checks them.
 */

export const frameworks = { express: 'Express', hono: 'Hono', php: 'PHP', python: 'Python (Flask)' } as const
export type Framework = keyof typeof frameworks
export type Remedy = Readonly<Record<Framework, string>>

export const remedies = {
  /** The signature over the raw bytes, compared in constant time. */
  signature: {
    express: `// Before app.use(express.json()), which leaves no raw body.
import { createHmac, timingSafeEqual } from 'node:crypto'

app.post('/webhooks', express.raw({ type: '*/*', limit: '1mb' }), async (req, res) => {
  const expected = Buffer.from(createHmac('sha256', process.env.WEBHOOK_KEY).update(req.body).digest('hex'))
  const received = Buffer.from(req.get('X-Signature') ?? '')
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return res.sendStatus(401)
  const event = JSON.parse(req.body)
  // … what is done with it
  res.sendStatus(200)
})`,
    hono: `import { createHmac, timingSafeEqual } from 'node:crypto'

app.post('/webhooks', async c => {
  const body = Buffer.from(await c.req.arrayBuffer())
  const expected = Buffer.from(createHmac('sha256', process.env.WEBHOOK_KEY).update(body).digest('hex'))
  const received = Buffer.from(c.req.header('X-Signature') ?? '')
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return c.body(null, 401)
  const event = JSON.parse(body.toString())
  // … what is done with it
  return c.body(null, 200)
})`,
    php: `$body = file_get_contents('php://input');
$expected = hash_hmac('sha256', $body, getenv('WEBHOOK_KEY'));
if (!hash_equals($expected, $_SERVER['HTTP_X_SIGNATURE'] ?? '')) { http_response_code(401); exit; }
$event = json_decode($body);
// … what is done with it
http_response_code(200);`,
    python: `import hashlib, hmac, json, os

@app.post("/webhooks")
def webhooks():
    body = request.get_data()
    expected = hmac.new(os.environ["WEBHOOK_KEY"].encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Signature", "").encode()):
        abort(401)
    event = json.loads(body)
    # … what is done with it
    return "", 200`,
  },
  /** Basic authentication beside the signature. */
  credentials: {
    express: `// Before the route.
import { createHash, timingSafeEqual } from 'node:crypto'

const { WEBHOOK_USER, WEBHOOK_PASSWORD } = process.env
const credentials = 'Basic ' + Buffer.from(\`\${WEBHOOK_USER}:\${WEBHOOK_PASSWORD}\`).toString('base64')
const hash = text => createHash('sha256').update(text).digest()

app.use('/webhooks', (req, res, next) => {
  if (timingSafeEqual(hash(req.get('Authorization') ?? ''), hash(credentials))) return next()
  res.set('WWW-Authenticate', 'Basic realm="webhooks"').sendStatus(401)
})`,
    hono: `// Before the route.
import { basicAuth } from 'hono/basic-auth'

app.use('/webhooks', basicAuth({ username: process.env.WEBHOOK_USER, password: process.env.WEBHOOK_PASSWORD }))`,
    php: `// First of all.
$user = $_SERVER['PHP_AUTH_USER'] ?? '';
$password = $_SERVER['PHP_AUTH_PW'] ?? '';
if (!hash_equals(getenv('WEBHOOK_USER'), $user) || !hash_equals(getenv('WEBHOOK_PASSWORD'), $password)) {
  header('WWW-Authenticate: Basic realm="webhooks"'); http_response_code(401); exit;
}`,
    python: `# Before the route.
import base64, hmac, os

pair = f"{os.environ['WEBHOOK_USER']}:{os.environ['WEBHOOK_PASSWORD']}"
credentials = b"Basic " + base64.b64encode(pair.encode())

@app.before_request
def authenticate():
    received = request.headers.get("Authorization", "").encode()
    if request.path == "/webhooks" and not hmac.compare_digest(credentials, received):
        return "", 401, {"WWW-Authenticate": 'Basic realm="webhooks"'}`,
  },
  /** Each event_id acted on once, by the database itself. */
  once: {
    express: `// In the route, once event is read. CREATE TABLE seen (event_id text PRIMARY KEY)
await db.transaction(async tx => {
  const { rowCount } = await tx.query('INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING', [event.event_id])
  if (rowCount === 1) await apply(tx, event)
})
res.sendStatus(200)`,
    hono: `// In the route, once event is read. CREATE TABLE seen (event_id text PRIMARY KEY)
await db.transaction(async tx => {
  const { rowCount } = await tx.query('INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING', [event.event_id])
  if (rowCount === 1) await apply(tx, event)
})
return c.body(null, 200)`,
    php: `// Once $event is read. CREATE TABLE seen (event_id char(64) PRIMARY KEY)
$db->beginTransaction();
$first = $db->prepare('INSERT IGNORE INTO seen VALUES (?)');
$first->execute([$event->event_id]);
if ($first->rowCount() === 1) apply($db, $event);
$db->commit();
http_response_code(200);`,
    python: `# In the route, once event is read. CREATE TABLE seen (event_id text PRIMARY KEY)
with db.begin() as tx:
    first = tx.execute(text("INSERT INTO seen VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event["event_id"]})
    if first.rowcount == 1:
        apply(tx, event)
return "", 200`,
  },
  /** The answer first, the work after it. */
  answerFirst: {
    express: `// In the route, once event is read. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
await db.query('INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [event.event_id, req.body])
res.sendStatus(200) // a worker does the work, and leaves the row: it knows the event again`,
    hono: `// In the route, once event is read. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
await db.query('INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [event.event_id, body])
return c.body(null, 200) // a worker does the work, and leaves the row: it knows the event again`,
    php: `// Once $event is read. CREATE TABLE inbox (event_id char(64) PRIMARY KEY, body mediumblob)
$db->prepare('INSERT IGNORE INTO inbox (event_id, body) VALUES (?, ?)')->execute([$event->event_id, $body]);
http_response_code(200); // a worker does the work, and leaves the row: it knows the event again`,
    python: `# In the route, once event is read. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
with db.begin() as tx:
    row = {"id": event["event_id"], "body": body}
    tx.execute(text("INSERT INTO inbox (event_id, body) VALUES (:id, :body) ON CONFLICT DO NOTHING"), row)
return "", 200  # a worker does the work, and leaves the row: it knows the event again`,
  },
  /** What is not known is acknowledged, not refused. */
  unknownTypes: {
    express: `// In the route, once event is read.
const handle = handlers[event.event_type]
if (handle) await handle(event)
res.sendStatus(200) // also for types that nothing here handles`,
    hono: `// In the route, once event is read.
const handle = handlers[event.event_type]
if (handle) await handle(event)
return c.body(null, 200) // also for types that nothing here handles`,
    php: `// Once $event is read.
$handle = $handlers[$event->event_type] ?? null;
if ($handle) $handle($event);
http_response_code(200); // also for types that nothing here handles`,
    python: `# In the route, once event is read.
handle = handlers.get(event["event_type"])
if handle:
    handle(event)
return "", 200  # also for types that nothing here handles`,
  },
  /** JSON that cannot be read is the sender's fault: 400, and nothing breaks. */
  brokenJson: {
    express: `// In place of const event = JSON.parse(…)
let event
try {
  event = JSON.parse(req.body)
} catch {
  return res.sendStatus(400)
}
// null, a list and a number are JSON, too.
if (typeof event?.event_id !== 'string') return res.sendStatus(400)`,
    hono: `// In place of const event = JSON.parse(…)
let event
try {
  event = JSON.parse(body.toString())
} catch {
  return c.body(null, 400)
}
// null, a list and a number are JSON, too.
if (typeof event?.event_id !== 'string') return c.body(null, 400)`,
    php: `// In place of $event = json_decode($body);
$event = json_decode($body, false, 128);
// null, a list and a number are JSON, too.
if (!is_object($event) || !isset($event->event_id)) { http_response_code(400); exit; }`,
    python: `# In place of event = json.loads(body)
try:
    event = json.loads(body)
except (ValueError, RecursionError):
    abort(400)
# null, a list and a number are JSON, too.
if not isinstance(event, dict) or "event_id" not in event:
    abort(400)`,
  },
  /** Nothing of the inside in an answer. */
  quietErrors: {
    express: `// After all routes.
app.use((error, req, res, next) => {
  console.error(error)
  res.sendStatus(error.status ?? 500)
})`,
    hono: `import { HTTPException } from 'hono/http-exception'

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse()
  console.error(error)
  return c.body(null, 500)
})`,
    php: `// First of all.
ini_set('display_errors', '0');
ini_set('log_errors', '1');`,
    python: `app.config["PROPAGATE_EXCEPTIONS"] = False  # and never debug=True in production

@app.errorhandler(500)
def failed(_):
    return "", 500`,
  },
  /** Nothing but POST is served. */
  postOnly: {
    express: `// After the route.
app.all('/webhooks', (req, res) => res.set('Allow', 'POST').sendStatus(405))`,
    hono: `// After the route.
app.all('/webhooks', c => c.body(null, 405, { Allow: 'POST' }))`,
    php: `// First of all.
if ($_SERVER['REQUEST_METHOD'] !== 'POST') { header('Allow: POST'); http_response_code(405); exit; }`,
    python: `@app.post("/webhooks")  # in place of @app.route: Flask then answers 405 to the rest
def webhooks():`,
  },
} as const satisfies Record<string, Remedy>
export type RemedyName = keyof typeof remedies
