"""The door that the web server knocks at."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from aydyn.observer.lifeline import die_with_parent

die_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aydyn.node.settings")
application = get_wsgi_application()
