import { rubyDigest, rubyRoute } from './ruby.ts'
import type { Stack } from './stack.ts'

export const rails: Stack = {
  name: 'Rails',
  aliases: ['ruby'],
  code: {
    signature: `# config/routes.rb: post "/webhooks", to: "webhooks#create"
class WebhooksController < ActionController::Base
  skip_forgery_protection # without it Rails answers 422

  def create
    body = request.raw_post
    ${rubyDigest}
    received = request.headers["X-Signature"].to_s
    return head :unauthorized unless ActiveSupport::SecurityUtils.secure_compare(expected, received)
    event = JSON.parse(body)
    # … your work
    head :ok
  end
end`,
    credentials: `# In the controller. http_basic_authenticate_with answers 500 to “Authorization: Basic” in Rails 6.1.
before_action do
  pair = "#{ENV.fetch("WEBHOOK_USER")}:#{ENV.fetch("WEBHOOK_PASSWORD")}"
  wanted = "Basic #{Base64.strict_encode64(pair)}"
  unless ActiveSupport::SecurityUtils.secure_compare(wanted, request.authorization.to_s)
    response.headers["WWW-Authenticate"] = 'Basic realm="webhooks"'
    head :unauthorized
  end
end`,
    ...rubyRoute('head :ok', 'return head(:bad_request)'),
    quietErrors: `config.consider_all_requests_local = false # config/environments/production.rb, and RAILS_ENV=production`,
    postOnly: `post "/webhooks", to: "webhooks#create" # config/routes.rb, in place of match: Rails answers 404 to the rest`,
    limit: `# Rails and Puma have no limit of their own: raise that of the proxy in front, such as client_max_body_size 1m; in nginx.`,
  },
}
