import { pythonCredentials, pythonDigest, pythonImports, pythonRoute } from './python.ts'
import type { Stack } from './stack.ts'

export const fastapi: Stack = {
  name: 'FastAPI',
  aliases: ['starlette'],
  code: {
    signature: `${pythonImports}
from fastapi import FastAPI, Request, Response

@app.post("/webhooks")
async def webhooks(request: Request):
    body = await request.body()  # no model as a parameter: it would be parsed first
    ${pythonDigest}
    if not hmac.compare_digest(expected, request.headers.get("X-Signature", "").encode()):
        return Response(status_code=401)
    event = json.loads(body)
    # … your work
    return Response(status_code=200)`,
    credentials: `# In the same file; the last lines stand first in the route.
${pythonCredentials}

if not hmac.compare_digest(credentials, request.headers.get("Authorization", "").encode()):
    return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})`,
    ...pythonRoute('return Response(status_code=200)', 'return Response(status_code=400)'),
    quietErrors: `app = FastAPI(debug=False)  # the default; debug=True answers with the traceback`,
    postOnly: `@app.post("/webhooks")  # in place of @app.api_route: FastAPI then answers 405 to the rest`,
    limit: `# FastAPI and uvicorn have no limit of their own: raise that of the proxy in front, such as client_max_body_size 1m; in nginx.`,
  },
}
