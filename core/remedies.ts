/** Code that mends what the readiness check finds, a few lines for each framework. Variables are the reader's own. */

export const frameworks = { express: 'Express', hono: 'Hono', php: 'PHP', python: 'Python (Flask)' } as const
export type Framework = keyof typeof frameworks
export type Remedy = Readonly<Record<Framework, string>>

export const remedies = {
  /** The signature over the raw bytes, compared in constant time. */
  signature: {
    express: `import { createHmac, timingSafeEqual } from 'node:crypto'

app.post('/webhooks', express.raw({ type: '*/*', limit: '1mb' }), async (req, res) => {
  const expected = Buffer.from(createHmac('sha256', process.env.WEBHOOK_KEY).update(req.body).digest('hex'))
  const received = Buffer.from(req.get('X-Signature') ?? '')
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return res.sendStatus(401)
  const event = JSON.parse(req.body)`,
    hono: `import { createHmac, timingSafeEqual } from 'node:crypto'

app.post('/webhooks', async c => {
  const body = Buffer.from(await c.req.arrayBuffer())
  const expected = Buffer.from(createHmac('sha256', process.env.WEBHOOK_KEY).update(body).digest('hex'))
  const received = Buffer.from(c.req.header('X-Signature') ?? '')
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return c.body(null, 401)
  const event = JSON.parse(body.toString())`,
    php: `$body = file_get_contents('php://input');
$expected = hash_hmac('sha256', $body, getenv('WEBHOOK_KEY'));
if (!hash_equals($expected, $_SERVER['HTTP_X_SIGNATURE'] ?? '')) { http_response_code(401); exit; }
$event = json_decode($body);`,
    python: `body = request.get_data()
expected = hmac.new(os.environ["WEBHOOK_KEY"].encode(), body, hashlib.sha256).hexdigest()
if not hmac.compare_digest(expected.encode(), request.headers.get("X-Signature", "").encode()):
    abort(401)
event = json.loads(body)`,
  },
  /** Basic authentication beside the signature. */
  credentials: {
    express: `import { createHash, timingSafeEqual } from 'node:crypto'

const { WEBHOOK_USER, WEBHOOK_PASSWORD } = process.env
const credentials = 'Basic ' + Buffer.from(\`\${WEBHOOK_USER}:\${WEBHOOK_PASSWORD}\`).toString('base64')
const hash = text => createHash('sha256').update(text).digest()

app.use('/webhooks', (req, res, next) => {
  if (timingSafeEqual(hash(req.get('Authorization') ?? ''), hash(credentials))) return next()
  res.set('WWW-Authenticate', 'Basic realm="webhooks"').sendStatus(401)
})`,
    hono: `import { basicAuth } from 'hono/basic-auth'

app.use('/webhooks', basicAuth({ username: process.env.WEBHOOK_USER, password: process.env.WEBHOOK_PASSWORD }))`,
    php: `$user = $_SERVER['PHP_AUTH_USER'] ?? '';
$password = $_SERVER['PHP_AUTH_PW'] ?? '';
if (!hash_equals(getenv('WEBHOOK_USER'), $user) || !hash_equals(getenv('WEBHOOK_PASSWORD'), $password)) {
  header('WWW-Authenticate: Basic realm="webhooks"'); http_response_code(401); exit;
}`,
    python: `pair = f"{os.environ['WEBHOOK_USER']}:{os.environ['WEBHOOK_PASSWORD']}"
credentials = b"Basic " + base64.b64encode(pair.encode())

if not hmac.compare_digest(credentials, request.headers.get("Authorization", "").encode()):
    return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})`,
  },
  /** Each event_id acted on once, by the database itself. */
  once: {
    express: `// CREATE TABLE seen (event_id text PRIMARY KEY)
await db.transaction(async tx => {
  const { rowCount } = await tx.query('INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING', [event.event_id])
  if (rowCount === 1) await apply(tx, event)
})
res.sendStatus(200)`,
    hono: `// CREATE TABLE seen (event_id text PRIMARY KEY)
await db.transaction(async tx => {
  const { rowCount } = await tx.query('INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING', [event.event_id])
  if (rowCount === 1) await apply(tx, event)
})
return c.body(null, 200)`,
    php: `// CREATE TABLE seen (event_id char(64) PRIMARY KEY)
$db->beginTransaction();
$first = $db->prepare('INSERT IGNORE INTO seen VALUES (?)');
$first->execute([$event->event_id]);
if ($first->rowCount() === 1) apply($db, $event);
$db->commit();`,
    python: `# CREATE TABLE seen (event_id text PRIMARY KEY)
with db.begin() as tx:
    first = tx.execute(text("INSERT INTO seen VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event["event_id"]})
    if first.rowcount == 1:
        apply(tx, event)`,
  },
  /** The answer first, the work after it. */
  answerFirst: {
    express: `await db.query('INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [event.event_id, req.body])
res.sendStatus(200) // a worker reads the inbox and does the work`,
    hono: `await db.query('INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [event.event_id, body])
return c.body(null, 200) // a worker reads the inbox and does the work`,
    php: `$db->prepare('INSERT IGNORE INTO inbox (event_id, body) VALUES (?, ?)')->execute([$event->event_id, $body]);
http_response_code(200);
fastcgi_finish_request(); // the gateway has its answer; work may follow`,
    python: `db.execute(text("INSERT INTO inbox VALUES (:id, :body) ON CONFLICT DO NOTHING"), {"id": event["event_id"], "body": body})
return "", 200  # a worker reads the inbox and does the work`,
  },
  /** What is not known is acknowledged, not refused. */
  unknownTypes: {
    express: `const handle = handlers[event.event_type]
if (handle) await handle(event)
res.sendStatus(200) // also for types that nothing here handles`,
    hono: `const handle = handlers[event.event_type]
if (handle) await handle(event)
return c.body(null, 200) // also for types that nothing here handles`,
    php: `$handle = $handlers[$event->event_type] ?? null;
if ($handle) $handle($event);
http_response_code(200); // also for types that nothing here handles`,
    python: `handle = handlers.get(event["event_type"])
if handle:
    handle(event)
return "", 200  # also for types that nothing here handles`,
  },
  /** JSON that cannot be read is the sender's fault: 400, and nothing breaks. */
  brokenJson: {
    express: `let event
try {
  event = JSON.parse(req.body)
} catch {
  return res.sendStatus(400)
}
// null, a list and a number are JSON, too.
if (typeof event?.event_id !== 'string') return res.sendStatus(400)`,
    hono: `let event
try {
  event = JSON.parse(body.toString())
} catch {
  return c.body(null, 400)
}
// null, a list and a number are JSON, too.
if (typeof event?.event_id !== 'string') return c.body(null, 400)`,
    php: `$event = json_decode($body, false, 128);
// null, a list and a number are JSON, too.
if (!is_object($event) || !isset($event->event_id)) { http_response_code(400); exit; }`,
    python: `try:
    event = json.loads(body)
except (ValueError, RecursionError):
    abort(400)
# null, a list and a number are JSON, too.
if not isinstance(event, dict) or "event_id" not in event:
    abort(400)`,
  },
  /** Nothing of the inside in an answer. */
  quietErrors: {
    express: `app.use((error, req, res, next) => {
  console.error(error)
  res.sendStatus(error.status ?? 500)
})`,
    hono: `app.onError((error, c) => {
  console.error(error)
  return c.body(null, 500)
})`,
    php: `ini_set('display_errors', '0');
ini_set('log_errors', '1');`,
    python: `app.config["PROPAGATE_EXCEPTIONS"] = False  # and never debug=True in production

@app.errorhandler(500)
def failed(_):
    return "", 500`,
  },
} as const satisfies Record<string, Remedy>
export type RemedyName = keyof typeof remedies
