import type { Stack } from './stack.ts'

export const php: Stack = {
  name: 'PHP',
  aliases: ['laravel', 'symfony'],
  code: {
    signature: `$body = file_get_contents('php://input');
$expected = hash_hmac('sha256', $body, getenv('WEBHOOK_KEY'));
if (!hash_equals($expected, $_SERVER['HTTP_X_SIGNATURE'] ?? '')) { http_response_code(401); exit; }
$event = json_decode($body);
// … your work
http_response_code(200);`,
    credentials: `// First of all. Apache before FastCGI withholds Authorization: CGIPassAuth On.
$user = $_SERVER['PHP_AUTH_USER'] ?? '';
$password = $_SERVER['PHP_AUTH_PW'] ?? '';
if (!hash_equals(getenv('WEBHOOK_USER'), $user) || !hash_equals(getenv('WEBHOOK_PASSWORD'), $password)) {
  header('WWW-Authenticate: Basic realm="webhooks"'); http_response_code(401); exit;
}`,
    once: `// After $event is parsed. CREATE TABLE seen (event_id char(64) PRIMARY KEY)
$db->beginTransaction();
$first = $db->prepare('INSERT IGNORE INTO seen VALUES (?)');
$first->execute([$event->event_id]);
if ($first->rowCount() === 1) apply($db, $event);
$db->commit();
http_response_code(200);`,
    answerFirst: `// After $event is parsed. CREATE TABLE inbox (event_id char(64) PRIMARY KEY, body mediumblob)
$db->prepare('INSERT IGNORE INTO inbox (event_id, body) VALUES (?, ?)')->execute([$event->event_id, $body]);
http_response_code(200); // a worker does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `// After $event is parsed.
$handle = $handlers[$event->event_type] ?? null;
if ($handle) $handle($event);
http_response_code(200); // also for types that have no handler`,
    brokenJson: `// In place of $event = json_decode($body);
$event = json_decode($body, false, 128);
// null, a list and a number are JSON, too.
if (!is_object($event) || !isset($event->event_id)) { http_response_code(400); exit; }`,
    quietErrors: `// First of all.
ini_set('display_errors', '0');
ini_set('log_errors', '1');`,
    postOnly: `// First of all.
if ($_SERVER['REQUEST_METHOD'] !== 'POST') { header('Allow: POST'); http_response_code(405); exit; }`,
    limit: `// php.ini: post_max_size = 8M is the default; in nginx: client_max_body_size 1m;`,
  },
}
