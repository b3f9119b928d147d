"""Help texts whose options stand in groups."""

from __future__ import annotations

import click

IMAGES, TABLES = "Options for digits and mnist", "Options for tables"


class ImageOption(click.Option):
    """An option that means something for data sets of images only."""

    group = IMAGES


class TableOption(click.Option):
    """An option that means something for tables only."""

    group = TABLES


class GroupedCommand(click.Command):
    """A command that lists options of one kind under a heading of their own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those of no group last."""
        groups: dict[str, list[tuple[str, str]]] = {TABLES: [], IMAGES: [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                groups[getattr(param, "group", "Options")].append(record)
        for title, records in groups.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
