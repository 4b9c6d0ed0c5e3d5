/** Code that is the same in every stack that runs Ruby, but for how a route answers. */
import type { Stack } from './stack.ts'

/**
 * What a route does with an event that is genuine; there, `body` is its bytes and `event` the JSON.
 * @param ok answers 200, as a statement @param bad answers 400 and ends the route
 */
export const rubyRoute = (ok: string, bad: string) =>
  ({
    once: `# In the route, after the event is parsed. CREATE TABLE seen (event_id text PRIMARY KEY)
ActiveRecord::Base.transaction do
  first = Seen.insert({ event_id: event["event_id"] })
  apply(event) if first.rows.any?
end
${ok}`,
    answerFirst: `# In the route, after the event is parsed. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
Inbox.insert({ event_id: event["event_id"], body: body })
${ok} # a job does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `# In the route, after the event is parsed.
HANDLERS[event["event_type"]]&.call(event)
${ok} # also for types that have no handler`,
    brokenJson: `# In place of event = JSON.parse(body)
event = begin
  JSON.parse(body)
rescue JSON::ParserError, EncodingError
  ${bad}
end
# null, a list and a number are JSON, too.
${bad} unless event.is_a?(Hash) && event["event_id"].is_a?(String)`,
  }) satisfies Partial<Stack['code']>

export const rubyDigest = 'expected = OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("WEBHOOK_KEY"), body)'
