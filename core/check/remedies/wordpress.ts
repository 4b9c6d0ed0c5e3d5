import type { Stack } from './stack.ts'

/** As a REST route, which a theme, a cache plugin or WooCommerce's own endpoints do not touch. */
export const wordpress: Stack = {
  name: 'WordPress (WooCommerce)',
  aliases: ['woocommerce'],
  code: {
    signature: `// In a plugin. The Hook URL is https://…/wp-json/shop/v1/webhooks
add_action('rest_api_init', function () {
  register_rest_route('shop/v1', '/webhooks', [
    'methods' => 'POST',
    'callback' => 'shop_webhook',
    'permission_callback' => '__return_true', // the signature decides
  ]);
});

function shop_webhook(WP_REST_Request $request) {
  $body = $request->get_body();
  $expected = hash_hmac('sha256', $body, getenv('WEBHOOK_KEY'));
  if (!hash_equals($expected, (string) $request->get_header('X-Signature'))) return new WP_REST_Response(null, 401);
  $event = json_decode($body);
  // … your work
  return new WP_REST_Response(null, 200);
}`,
    credentials: `// First in the callback. Apache before FastCGI withholds Authorization: CGIPassAuth On.
$user = $_SERVER['PHP_AUTH_USER'] ?? '';
$password = $_SERVER['PHP_AUTH_PW'] ?? '';
if (!hash_equals(getenv('WEBHOOK_USER'), $user) || !hash_equals(getenv('WEBHOOK_PASSWORD'), $password))
  return new WP_REST_Response(null, 401, ['WWW-Authenticate' => 'Basic realm="webhooks"']);`,
    once: `// After $event is parsed. CREATE TABLE wp_seen (event_id char(64) PRIMARY KEY) ENGINE=InnoDB
global $wpdb;
$wpdb->query('START TRANSACTION');
if ($wpdb->query($wpdb->prepare("INSERT IGNORE INTO {$wpdb->prefix}seen VALUES (%s)", $event->event_id)) === 1) apply($event);
$wpdb->query('COMMIT');
return new WP_REST_Response(null, 200);`,
    answerFirst: `// After $event is parsed. With WooCommerce's Action Scheduler; apply() has to know events that come again.
as_enqueue_async_action('shop_webhook_event', [$body]);
return new WP_REST_Response(null, 200);`,
    unknownTypes: `// After $event is parsed.
do_action('shop_webhook_' . $event->event_type, $event);
return new WP_REST_Response(null, 200); // also for types that no action is added for`,
    brokenJson: `// In place of $event = json_decode($body);
$event = json_decode($body, false, 128);
// null, a list and a number are JSON, too.
if (!is_object($event) || !isset($event->event_id)) return new WP_REST_Response(null, 400);`,
    quietErrors: `// wp-config.php
define('WP_DEBUG', false);
define('WP_DEBUG_DISPLAY', false);`,
    postOnly: `'methods' => 'POST', // in register_rest_route: WordPress answers 404 to the rest`,
    limit: `// php.ini: post_max_size = 8M is the default; in nginx: client_max_body_size 1m;`,
  },
}
