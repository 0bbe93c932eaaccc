"""Shows or sets how fast letters may leave by a channel, and holds or releases it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outbox.models import Channel


class Command(BaseCommand):
    help = "Show or set the rate of a channel: letters a minute and a day, connections; hold or release it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", nargs="?", help='"mail" or "security"; without it, show all')
        parser.add_argument("--per-minute", type=int)
        parser.add_argument("--per-day", type=int, help="0: no limit")
        parser.add_argument("--connections", type=int)
        parser.add_argument("--hold", action="store_true", help="nothing leaves until --release")
        parser.add_argument("--release", action="store_true", help="also ends a pause after a fault")

    def handle(self, *args: Any, **options: Any) -> None:
        channels = Channel.objects.order_by("name")
        if options["channel"]:
            channels = channels.filter(name=options["channel"])
            if not channels.update(**self._changes(options) or {"name": options["channel"]}):
                raise CommandError(f"There is no channel {options['channel']!r}.")
        for channel in channels:
            self.stdout.write(
                f"{channel.name}: {channel.per_minute} a minute, {channel.per_day or 'no limit'} a day, "
                f"{channel.max_connections} connections{', held' if channel.is_held else ''}"
                f"{f', last fault: {channel.last_fault}' if channel.last_fault else ''}"
            )

    def _changes(self, options: dict[str, Any]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for option, field in (("per_minute", "per_minute"), ("connections", "max_connections")):
            if options[option] is not None:
                if not 1 <= options[option] <= (6_000_000 if field == "per_minute" else 100):
                    raise CommandError(f"{options[option]} is no rate.")
                changes[field] = options[option]
        if options["per_day"] is not None:
            if not 0 <= options["per_day"] <= 2_000_000_000:
                raise CommandError(f"{options['per_day']} is no rate.")
            changes["per_day"] = options["per_day"] or None
        if options["hold"]:
            changes["is_held"] = True
        if options["release"]:
            changes |= {"is_held": False, "paused_until": None, "pauses": 0, "slowed_until": None, "last_fault": ""}
        return changes
