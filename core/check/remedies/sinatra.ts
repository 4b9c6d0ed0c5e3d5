import { rubyDigest, rubyRoute } from './ruby.ts'
import type { Stack } from './stack.ts'

export const sinatra: Stack = {
  name: 'Sinatra',
  code: {
    signature: `require "json"
require "openssl"

post "/webhooks" do
  body = request.body&.read.to_s
  ${rubyDigest}
  received = request.env["HTTP_X_SIGNATURE"].to_s
  halt 401 unless Rack::Utils.secure_compare(expected, received)
  event = JSON.parse(body)
  # … your work
  200
end`,
    credentials: `# First in the route.
auth = Rack::Auth::Basic::Request.new(request.env)
pair = auth.provided? && auth.basic? ? (auth.credentials || []).join(":") : ""
wanted = "#{ENV.fetch("WEBHOOK_USER")}:#{ENV.fetch("WEBHOOK_PASSWORD")}"
halt 401, { "WWW-Authenticate" => 'Basic realm="webhooks"' }, "" unless Rack::Utils.secure_compare(wanted, pair)`,
    ...rubyRoute('200', 'halt 400'),
    quietErrors: `set :show_exceptions, false # and APP_ENV=production

error do
  500
end`,
    postOnly: `# After the route.
%i[get put patch delete].each { |name| send(name, "/webhooks") { halt 405, { "Allow" => "POST" }, "" } }`,
    limit: `# Sinatra and Puma have no limit of their own: raise that of the proxy in front, such as client_max_body_size 1m; in nginx.`,
  },
}
