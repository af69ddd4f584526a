"""The public listener's application, as a WSGI server loads it for the bench."""

import django

django.setup()

from rongshu.project.listeners import public_application  # noqa: E402 - the apps first

application = public_application()
