"""The portal's own settings plus a count of SQL statements in each answer's header, for bench/pages.py."""

from humas_portal.settings import *
from humas_portal.settings import MIDDLEWARE as PORTAL_MIDDLEWARE

MIDDLEWARE = ["bench.counting.CountStatements", *PORTAL_MIDDLEWARE]
