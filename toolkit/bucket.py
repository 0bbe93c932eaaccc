"""Private files in an S3-compatible bucket."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """Never overwrites, never public; speaks to any S3-compatible server, also one without bucket host names."""

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "file_overwrite": False,
            "default_acl": None,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=10,
                read_timeout=60,
                # Newer checksums are refused by servers that follow the protocol of some years ago.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
