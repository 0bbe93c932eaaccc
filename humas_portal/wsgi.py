import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")
application = get_wsgi_application()

# What stands once the pages are known stands for good: the collector need not walk all of it again at every twentieth.
get_resolver().url_patterns  # noqa: B018  Django reads them at the first request
gc.collect()
gc.freeze()
# A page makes tens of thousands of objects that die with it: looked through at every 700th, they cost it 5 %.
gc.set_threshold(20_000, 10, 10)
