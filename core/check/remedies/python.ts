/** Code that is the same in every stack that runs Python, but for how a route answers. */
import type { Stack } from './stack.ts'

/**
 * What a route does with an event that is genuine; there, `body` is its bytes and `event` the JSON.
 * @param ok answers 200, as a statement @param bad answers 400 and ends the route
 */
export const pythonRoute = (ok: string, bad: string) =>
  ({
    once: `# In the route, after the event is parsed. CREATE TABLE seen (event_id text PRIMARY KEY)
with db.begin() as tx:
    first = tx.execute(text("INSERT INTO seen VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event["event_id"]})
    if first.rowcount == 1:
        apply(tx, event)
${ok}`,
    answerFirst: `# In the route, after the event is parsed. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
with db.begin() as tx:
    row = {"id": event["event_id"], "body": body}
    tx.execute(text("INSERT INTO inbox (event_id, body) VALUES (:id, :body) ON CONFLICT DO NOTHING"), row)
${ok}  # a worker does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `# In the route, after the event is parsed.
handle = handlers.get(event["event_type"])
if handle:
    handle(event)
${ok}  # also for types that have no handler`,
    brokenJson: `# In place of event = json.loads(body)
try:
    event = json.loads(body)
except (ValueError, RecursionError):
    ${bad}
# null, a list and a number are JSON, too.
if not isinstance(event, dict) or "event_id" not in event:
    ${bad}`,
  }) satisfies Partial<Stack['code']>

export const pythonImports = 'import hashlib, hmac, json, os'

/** The HMAC of `body` as `expected`. */
export const pythonDigest =
  'expected = hmac.new(os.environ["WEBHOOK_KEY"].encode(), body, hashlib.sha256).hexdigest().encode()'

/** The header as it has to be, as bytes in `credentials`. */
export const pythonCredentials = `import base64, hmac, os

pair = f"{os.environ['WEBHOOK_USER']}:{os.environ['WEBHOOK_PASSWORD']}"
credentials = b"Basic " + base64.b64encode(pair.encode())`
