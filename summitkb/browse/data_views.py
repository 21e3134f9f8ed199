"""What can be taken away as a whole: `/data/`, the package, the codebook."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.views.generic import TemplateView, View

from summitkb.browse.bitmaps.moments import this_moment
from summitkb.browse.excerpts import counting_of
from summitkb.browse.release_views import releases, schema_org
from summitkb.browse.streams import file_answer
from summitkb.exchange import datapackage
from summitkb.exchange.codebook import codebook, described
from summitkb.exchange.dumping import Rows
from summitkb.exchange.kept import kept_package
from summitkb.exchange.tables import Table, tables

EXAMPLES = Path(settings.BASE_DIR) / "templates" / "browse" / "examples"
ADDRESS = "http://127.0.0.1:8000/"
PROGRAMS = {
    "pandas": "pandas.py",
    "R": "read_csv.R",
    "DuckDB and Parquet": "duckdb.py",
    "networkx": "networkx.py",
    "Datasette": "datasette.py",
}
"""What each program is written for, and its file."""


class PackageView(View):
    """A package as a zip. A subclass of it says what of."""

    keeps_itself = True
    name = datapackage.NAME

    def rows(self) -> Rows:
        return Table.published

    def get(self, request, **kwargs):
        return self.package(request, self.name)

    def package(self, request, name, part=""):
        if request.as_of:
            name = f"{name}.as-of-{request.as_of}"
        file, revision = kept_package(name, self.rows, part)
        return file_answer(request, file, f"{name}-{revision}.zip", f'"{revision}"')


class Data(TemplateView):
    """What there is to take away."""

    template_name = "browse/data.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "counts": [(table, counting_of(table.name).total) for table in tables()],
            "releases": releases(self.request),
            "data": schema_org(self.request, None),
        }


class Examples(TemplateView):
    """Programs that take data from here, each as its file has it but for the address of this host."""

    template_name = "browse/examples.html"

    def get_context_data(self, **kwargs):
        root = self.request.build_absolute_uri(reverse("home"))
        texts = [
            (title, (EXAMPLES / file).read_text(encoding="utf-8").replace(ADDRESS, root))
            for title, file in PROGRAMS.items()
        ]
        return super().get_context_data(**kwargs) | {"examples": texts}


class Codebook(TemplateView):
    """What a cell means, and how much is filled; of a large base only the package's own codebook has
    the latter, because it counts the cells of all tables."""

    template_name = "browse/codebook.html"

    def get_context_data(self, **kwargs):
        large = this_moment() is not None
        chapters = described(_numbers_of_rows()) if large else codebook()
        return super().get_context_data(**kwargs) | {"chapters": chapters, "large": large}


def _numbers_of_rows() -> dict[str, int]:
    return {table.name: counting_of(table.name).total for table in tables()}
