import { pythonCredentials, pythonDigest, pythonImports, pythonRoute } from './python.ts'
import type { Stack } from './stack.ts'

export const django: Stack = {
  name: 'Django',
  aliases: ['djangorestframework', 'drf'],
  code: {
    signature: `# The view, also inside Django REST framework's project: a plain one, whose body nothing has parsed.
${pythonImports}
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

@csrf_exempt
@require_POST
def webhooks(request):
    body = request.body
    ${pythonDigest}
    if not hmac.compare_digest(expected, request.headers.get("X-Signature", "").encode()):
        return HttpResponse(status=401)
    event = json.loads(body)
    # … your work
    return HttpResponse(status=200)`,
    credentials: `# In the same file; the last lines stand first in the view.
${pythonCredentials}

if not hmac.compare_digest(credentials, request.headers.get("Authorization", "").encode()):
    return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})`,
    ...pythonRoute('return HttpResponse(status=200)', 'return HttpResponse(status=400)'),
    quietErrors: `DEBUG = False  # settings.py; ALLOWED_HOSTS then has to name the host of the Hook URL`,
    postOnly: `@csrf_exempt
@require_POST  # Django then answers 405 to the rest
def webhooks(request):`,
    limit: `DATA_UPLOAD_MAX_MEMORY_SIZE = 2621440  # settings.py: 2.5 MB is the default; a smaller one answers 400`,
  },
}
