"""Does long work without Celery: everything that waits, and ends."""

from typing import Any

from django.core.management.base import BaseCommand

from jobs.actions.working import do_next_job, put_right
from toolkit.database_clock import database_now


class Command(BaseCommand):
    help = "Do the long work that waits (imports, archives), one after the other, and end."

    def handle(self, *args: Any, **options: Any) -> None:
        n_done = 0
        while put_right(database_now()):
            if do_next_job() is None:
                break
            n_done += 1
        self.stdout.write(f"{n_done} jobs done.")
