import type { Stack } from './stack.ts'

/** The stream of the request holds in Spring and in a plain servlet: Spring's own converters build form bodies anew. */
export const java: Stack = {
  name: 'Java (Spring)',
  aliases: ['spring', 'spring-boot', 'kotlin'],
  code: {
    signature: `@PostMapping("/webhooks")
void webhooks(HttpServletRequest request, HttpServletResponse response) throws Exception {
  byte[] body = request.getInputStream().readAllBytes(); // @RequestBody would be rebuilt from a form
  Mac mac = Mac.getInstance("HmacSHA256");
  mac.init(new SecretKeySpec(System.getenv("WEBHOOK_KEY").getBytes(UTF_8), "HmacSHA256"));
  byte[] expected = HexFormat.of().formatHex(mac.doFinal(body)).getBytes(UTF_8);
  String received = Objects.requireNonNullElse(request.getHeader("X-Signature"), "");
  if (!MessageDigest.isEqual(expected, received.getBytes(UTF_8))) {
    response.setStatus(401);
    return;
  }
  JsonNode event = mapper.readTree(body);
  // … your work
  response.setStatus(200);
}`,
    credentials: `// First in the method. Spring Security has to let the path pass: requestMatchers("/webhooks").permitAll(), csrf ignored.
String pair = System.getenv("WEBHOOK_USER") + ":" + System.getenv("WEBHOOK_PASSWORD");
String wanted = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
String given = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
if (!MessageDigest.isEqual(wanted.getBytes(UTF_8), given.getBytes(UTF_8))) {
  response.setHeader("WWW-Authenticate", "Basic realm=\\"webhooks\\"");
  response.setStatus(401);
  return;
}`,
    once: `// After the event is parsed, in a @Transactional method. CREATE TABLE seen (event_id text PRIMARY KEY)
int first = jdbc.update("INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING", event.get("event_id").asText());
if (first == 1) apply(event);
response.setStatus(200);`,
    answerFirst: `// After the event is parsed. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
jdbc.update("INSERT INTO inbox (event_id, body) VALUES (?, ?) ON CONFLICT DO NOTHING", event.get("event_id").asText(), body);
response.setStatus(200); // a worker does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `// After the event is parsed.
Consumer<JsonNode> handle = handlers.get(event.path("event_type").asText());
if (handle != null) handle.accept(event);
response.setStatus(200); // also for types that have no handler`,
    brokenJson: `// In place of JsonNode event = mapper.readTree(body);
JsonNode event = null;
try {
  event = mapper.readTree(body);
} catch (Exception unreadable) {
  // answered below
}
// null, a list and a number are JSON, too.
if (event == null || !event.path("event_id").isTextual()) {
  response.setStatus(400);
  return;
}`,
    quietErrors: `// application.properties
server.error.include-stacktrace=never
server.error.include-message=never`,
    postOnly: `@PostMapping("/webhooks") // in place of @RequestMapping: Spring then answers 405 to the rest`,
    limit: `// A servlet's stream has no limit of its own. In nginx: client_max_body_size 1m;`,
  },
}
