"""``ranvier train TABLE``: a table made ready, a model fitted, judged, and put into its folder."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import click

from ranvier.cli.exits import INTERRUPTED
from ranvier.cli.fitting import backup_of
from ranvier.cli.interruption import can_go_on, resumable, stopped_words
from ranvier.cli.listing import aligned, cut, plain, wrapped
from ranvier.cli.table_options import command_of
from ranvier.cli.tables.digest import digest_of
from ranvier.cli.tables.evaluation import plain_report
from ranvier.cli.tables.overview import LONGEST_NAME, column_lines, remark_lines, size_words
from ranvier.cli.tables.planning import plan_of
from ranvier.cli.tables.scoring import score_lines
from ranvier.random import set_random_seed
from ranvier.report.occupation import occupied
from ranvier.report.page.results import verdict
from ranvier.report.run_folder import MODEL, RunFolder, create_run
from ranvier.report.table_files import PAGE, PLAN, SCHEMA, write_figures, write_results
from ranvier.report.table_fitting import estimator_for, fit, kinds_of, model_parameters
from ranvier.report.table_judging import judged
from ranvier.report.table_results import TableResults
from ranvier.report.table_settings import ColumnSettings, SplitSettings, TableRunSettings, TableSettings
from ranvier.tables.origin import STANDARD
from ranvier.tables.plan import Plan
from ranvier.tables.plan_file import plan_text
from ranvier.tables.preparing import Prepared, prepare
from ranvier.tables.statistics import ColumnStatistics, statistics_of
from ranvier.tables.wording import counted

_MOST_CLASSES = 40
_HEADING = "The settings of this run; `ranvier train --config` with this file does it again."


def train_on_table(path: str | None, config: Path | None, given: Mapping[str, Any], *, quiet: bool) -> None:
    """Train on a table, test, and fill the folder of the run.

    Args:
        path: The table; None where the file of settings names it.
        config: A file of settings, or None.
        given: What the command line lays down, by the name of its option.
        quiet: Whether to print nothing but the folder.

    Raises:
        RanvierError: If the table or a setting cannot be used.
        click.exceptions.Exit: With the exit code 130, after Ctrl-C.
    """
    plan = plan_of(path, config, given)
    set_random_seed(plan.split.seed)
    prepared = prepare(plan)
    model_parameters(plan, prepared)  # what does not suit the task is refused before there is a folder
    run = create_run(settings_of(plan, prepared), plan.output.folder)
    try:
        with occupied(run), resumable(run, plots=plan.output.plots):
            run.write_text(PLAN, plan_text(plan, _HEADING))
            carry_out(run, plan, prepared, quiet=quiet)
    except click.exceptions.Exit:
        raise
    except BaseException as error:
        if not ((run.path / MODEL).exists() or can_go_on(run, error)):
            run.discard(PLAN)
        raise


def carry_out(run: RunFolder, plan: Plan, prepared: Prepared, *, quiet: bool) -> None:
    """Fit a model, from the backup of the run if it has one, judge it, and fill the folder.

    Args:
        run: The run, which nobody else is training.
        plan: The settings.
        prepared: The table.
        quiet: Whether to print nothing but the folder.

    Raises:
        RanvierError: If nothing can be learned, or a file cannot be written.
        click.exceptions.Exit: With the exit code 130, after Ctrl-C.
    """
    estimator = estimator_for(plan, prepared, progress=not quiet)
    statistics = [
        statistics_of(each, prepared.table.frame.column(each.name)) for each in prepared.table.columns
    ]
    say = _silence if quiet else click.echo
    say(_introduction(plan, prepared, statistics))
    _train(run, plan, prepared, estimator, statistics, say)
    if quiet:
        click.echo(run.path)


def _silence(text: str) -> None:
    """Print nothing."""
    del text


def settings_of(plan: Plan, prepared: Prepared) -> TableRunSettings:
    """Return what the training is told, for the folder of the run."""
    table, options = prepared.table, prepared.table.options
    text = options.delimiter is not None and options.encoding is not None
    return TableRunSettings(
        data_set=_short_name(plan.data.path or ""),
        task=prepared.target.task,
        seed=plan.split.seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        table=TableSettings(
            path=plan.data.path or "",
            rows=table.rows,
            target=prepared.target.name,
            target_type=table.column(prepared.target.name).type,
            columns=tuple(ColumnSettings(each.name, each.type, each.form) for each in prepared.columns),
            left_out=prepared.left_out,
            delimiter=options.delimiter if text else None,
            encoding=options.encoding if text else None,
            header=options.header if text else None,
            decimal=options.point,
            thousands=options.thousands,
            missing=options.missing,
            digest=digest_of(plan.data.path or STANDARD),
        ),
        split=SplitSettings(
            test_fraction=plan.split.test_fraction,
            time_column=plan.split.time_column,
            training_rows=len(prepared.split.training),
            test_rows=len(prepared.split.test),
        ),
        model={
            name: list(value) if isinstance(value, tuple) else value
            for name, value in model_parameters(plan, prepared).items()
        },
    )


def _short_name(path: str) -> str:
    """Return the name of a file without its endings, as a folder may be called."""
    if path == STANDARD:
        return "standard-input"
    name = PurePath(path).name
    stem = name.split(".")[0] or name
    return re.sub(r"[^\w-]+", "-", stem).strip("-") or "table"


def _introduction(plan: Plan, prepared: Prepared, statistics: list[ColumnStatistics]) -> str:
    table, target, split = prepared.table, prepared.target, prepared.split
    by = f"the latest by {plan.split.time_column!r}" if plan.split.time_column else "drawn by chance"
    facts = [
        (
            "Table",
            f"{table.name}: {size_words(table)} ({table.description})",
        ),
        ("Task", f"{target.task} of {target.name!r}: {target.reason}"),
        ("Rows", f"{len(split.training):,} to train on, {len(split.test):,} to test on, {by}"),
    ]
    lines = [wrapped(words, f"{name:<7}", " " * 7) for name, words in facts]
    lines += ["", *column_lines(statistics, kinds_of(plan, prepared), prepared.left_out, target.name), ""]
    if prepared.remarks:
        lines += [*remark_lines(prepared.remarks), ""]
    return "\n".join(lines)


def _train(
    run: RunFolder,
    plan: Plan,
    prepared: Prepared,
    estimator: Any,
    statistics: list[ColumnStatistics],
    say: Any,
) -> None:
    estimator.set_params(callbacks=[backup_of(run)])
    try:
        fitted = fit(estimator, prepared, by_time=plan.split.time_column is not None)
    except KeyboardInterrupt:
        run.discard(PLAN)
        click.echo("Stopped by Ctrl-C before the first epoch ended; nothing is kept.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    estimator.set_params(callbacks=None, progress_bar=False)  # neither belongs to what was learned
    estimator.save(run.path / MODEL)
    run.write_json(SCHEMA, estimator.schema_.as_dict())
    text = plan_text(plan, _HEADING)
    results = judged(run.table, plan, prepared, fitted, statistics, shlex.join(command_for(plan)), text)
    write_results(run, results)
    say(_conclusion(results, results.remarks[len(prepared.remarks) :]))
    if plan.output.plots:
        write_figures(run, results)
    if not fitted.interrupted:
        run.forget_backup()
    files = "  ".join(sorted(each.name for each in run.path.iterdir()))
    say(
        "\n".join(
            [f"Run folder  {run.path}", wrapped(files, " " * 12, " " * 12), f"Report      {run.path / PAGE}"]
        )
    )
    if fitted.interrupted:
        click.echo(stopped_words(run, plots=plan.output.plots), err=True)
        raise click.exceptions.Exit(INTERRUPTED)


def command_for(plan: Plan) -> list[str]:
    """Return the command that does a training again, word by word."""
    if plan.columns:
        return ["ranvier", "train", "--config", PLAN]
    return command_of(plan)


def _conclusion(results: TableResults, remarks: Sequence[str]) -> str:
    lines = [
        click.style(f"On {counted(len(results.y_true), 'test row')}", bold=True),
        *score_lines(results.scores),
    ]
    words = verdict(results)
    if words:
        lines.append(wrapped(words))
    lines += remark_lines(remarks)
    report = results.classes()
    if report is not None and len(report.classes) <= _MOST_CLASSES:
        lines += ["", plain_report(report)]
    if results.importances:
        ordered = sorted(results.importances.items(), key=lambda item: -item[1].permutation)[:10]
        rows = [("Importance", "rise of the error when shuffled")]
        rows += [(cut(plain(name), LONGEST_NAME), f"{value.permutation:.4g}") for name, value in ordered]
        lines += ["", *aligned(rows)]
    return "\n".join(["", *lines, ""])
