import { pythonCredentials, pythonDigest, pythonImports, pythonRoute } from './python.ts'
import type { Stack } from './stack.ts'

export const flask: Stack = {
  name: 'Flask',
  aliases: ['python'],
  code: {
    signature: `${pythonImports}

@app.post("/webhooks")
def webhooks():
    body = request.get_data()
    ${pythonDigest}
    if not hmac.compare_digest(expected, request.headers.get("X-Signature", "").encode()):
        abort(401)
    event = json.loads(body)
    # … your work
    return "", 200`,
    credentials: `# Before the route.
${pythonCredentials}

@app.before_request
def authenticate():
    received = request.headers.get("Authorization", "").encode()
    if request.endpoint == "webhooks" and not hmac.compare_digest(credentials, received):
        return "", 401, {"WWW-Authenticate": 'Basic realm="webhooks"'}`,
    ...pythonRoute('return "", 200', 'abort(400)'),
    quietErrors: `app.config["PROPAGATE_EXCEPTIONS"] = False  # and never debug=True in production

@app.errorhandler(500)
def failed(_):
    return "", 500`,
    postOnly: `@app.post("/webhooks")  # in place of @app.route: Flask then answers 405 to the rest
def webhooks():`,
    limit: `app.config["MAX_CONTENT_LENGTH"] = 2**20  # Flask has no limit of its own; the proxy in front may`,
  },
}
