"""A table made ready for a training: what is predicted from what, and which rows are kept for testing."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, unknown_name
from ranvier.tables.arrow import pa, pc
from ranvier.tables.columns import Column
from ranvier.tables.identifiers import NO_VALUE, NUMBERS, ONE_VALUE, OTHER_THINGS, TEXTS
from ranvier.tables.leaks import leak_scores
from ranvier.tables.plan import Plan
from ranvier.tables.reading import reading_options
from ranvier.tables.remarks import quoted
from ranvier.tables.splitting import Split, split_by_chance, split_by_time
from ranvier.tables.survey import unreadable
from ranvier.tables.suspects import reason_to_leave_out
from ranvier.tables.table import Table, read_table
from ranvier.tables.target import Target, find_target

_SAID = (NO_VALUE, ONE_VALUE, OTHER_THINGS, TEXTS, NUMBERS)
_MOST_EXAMPLES = 3
_WIDE = 1000  # columns, from which on a search for leaks takes longer than the training


@dataclass(frozen=True)
class Prepared:
    """A table made ready.

    Attributes:
        table: The table as it was read.
        target: What is predicted, for the rows that tell it.
        columns: The columns for the model.
        left_out: The others, each with why.
        split: Positions among the rows of the target.
        remarks: What was noticed, a sentence each.
    """

    table: Table
    target: Target
    columns: tuple[Column, ...]
    left_out: dict[str, str]
    split: Split
    remarks: tuple[str, ...]

    def frame(self, places: np.ndarray[Any, Any]) -> Any:
        """Return rows of the columns for the model.

        Args:
            places: Positions among the rows of the target.
        """
        names = [column.name for column in self.columns]
        return self.table.frame.select(names).take(pa.array(self.target.rows[places]))


def prepare(plan: Plan) -> Prepared:
    """Read a table and make it ready for a training.

    Args:
        plan: The settings; the path and the target must be set.

    Returns:
        The table, made ready.

    Raises:
        ConfigurationError: If the path or the target is not set, or a column is both dropped and needed.
        UnknownNameError: If a column does not exist.
        DataError: If the table cannot be read, or there is nothing to learn in it.
    """
    data = plan.data
    if data.path is None:
        raise ConfigurationError("No table is given; `data.path` names the file.")
    if data.target is None:
        raise ConfigurationError(_no_target(plan))
    table = read_table(data.path, reading_options(data), verbatim=[data.target])
    _check_names(plan, table)
    _refuse_unreadable(plan, table)
    target = find_target(table, data.target, data.task)
    left_out = _left_out(plan, table)
    columns = tuple(each for each in table.columns if each.name not in left_out and each.name != data.target)
    if not columns:
        raise DataError(f"No column is left to predict {data.target!r} from: {_listed(left_out)}.")
    split = _split(plan, table, target)
    prepared = Prepared(table, target, columns, left_out, split, ())
    remarks = (
        *(each for each in table.remarks if not _about_left_out(each, left_out, plan)),
        *target.remarks,
        *_of_left_out(left_out),
        *_of_leaks(prepared, plan),
        *_of_unseen(prepared),
    )
    return Prepared(table, target, columns, left_out, split, remarks)


def _no_target(plan: Plan) -> str:
    return (
        f"Which column of {plan.data.path!r} is to be predicted? Name it with `--target COLUMN`; `ranvier inspect "
        f"{shlex.quote(plan.data.path or '')}` lists the columns."
    )


def _check_names(plan: Plan, table: Table) -> None:
    names = [column.name for column in table.columns]
    for flag, chosen in (("--drop", plan.data.drop), ("--keep", plan.data.keep)):
        for name in chosen:
            if name not in names:
                raise unknown_name(f"column of {table.name!r} for `{flag}`", name, names)
            if name == plan.data.target and flag == "--drop":
                raise ConfigurationError(f"The column {name!r} is the target, so it cannot be dropped.")
    both = set(plan.data.drop) & set(plan.data.keep)
    if both:
        raise ConfigurationError(f"The column {sorted(both)[0]!r} cannot be both dropped and kept.")
    for column in plan.columns:
        if column.name not in names:
            raise unknown_name(f"column of {table.name!r} for [[columns]]", column.name, names)
    if plan.split.time_column is not None and plan.split.time_column == plan.data.target:
        raise ConfigurationError(
            f"The column {plan.data.target!r} is the target, so it cannot be the time that orders the rows."
        )
    if plan.split.time_column is not None and plan.split.time_column not in names:
        raise unknown_name(f"column of {table.name!r} for `--time-column`", plan.split.time_column, names)


def _refuse_unreadable(plan: Plan, table: Table) -> None:
    """Refuse columns of lists, bytes and the like where they are asked for; elsewhere they are left out."""
    needed = {plan.data.target, plan.split.time_column, *plan.data.keep}
    needed |= {column.name for column in plan.columns if column.kind != "dropped"}
    for column in table.columns:
        if column.foreign is not None and column.name in needed:
            raise unreadable(column.name, column.foreign)


def _left_out(plan: Plan, table: Table) -> dict[str, str]:
    """Return the columns that the model is not given, and why."""
    told = {column.name: column.kind for column in plan.columns}
    reasons: dict[str, str] = {}
    for column in table.columns:
        if column.name == plan.data.target:
            continue
        if column.name in plan.data.drop or told.get(column.name) == "dropped":
            reasons[column.name] = "as told"
        elif column.name in plan.data.keep or column.name in told:
            continue
        elif column.name == plan.split.time_column:
            reasons[column.name] = "orders the rows"
        else:
            reason = reason_to_leave_out(column, table.frame.column(column.name))
            if reason is not None:
                reasons[column.name] = reason
    return reasons


def _split(plan: Plan, table: Table, target: Target) -> Split:
    classes = target.values if target.task == "classification" else None
    if plan.split.time_column is None:
        return split_by_chance(len(target.rows), plan.split.test_fraction, plan.split.seed, classes)
    name = plan.split.time_column
    times = table.frame.column(name).take(pa.array(target.rows))
    if times.null_count:
        raise DataError(
            f"The column {name!r} orders the rows by time, and {times.null_count:,} of them have no value there. Fill "
            "them in, or leave `--time-column` out."
        )
    if pa.types.is_string(times.type) or pa.types.is_boolean(times.type):
        raise DataError(
            f"The column {name!r} must hold dates or numbers to order the rows by; it holds {table.column(name).type}."
        )
    values = times.combine_chunks().to_numpy(zero_copy_only=False)
    return split_by_time(values, plan.split.test_fraction, name)


def _about_left_out(remark: str, left_out: dict[str, str], plan: Plan) -> bool:
    """Tell whether a remark is about a column that is not used anyway; why it is not is said elsewhere."""
    return any(remark.startswith(f"{name!r} ") for name in left_out if name != plan.split.time_column)


def _of_left_out(left_out: dict[str, str]) -> list[str]:
    found = [(name, why) for name, why in left_out.items() if why in _SAID]
    remarks = []
    for reason in dict.fromkeys(why for _, why in found):
        names = [name for name, why in found if why == reason]
        keep = (
            f" `--keep {quoted(names[0])}` keeps it."
            if reason in (TEXTS, NUMBERS) and len(names) == 1
            else ""
        )
        if len(names) == 1:
            remarks.append(f"{names[0]!r} {reason}, and is left out.{keep}")
        else:
            shown = ", ".join(map(repr, names[:8])) + (
                f" and {len(names) - 8} more" if len(names) > 8 else ""
            )
            plural = (
                reason.replace("is ", "are ", 1).replace("holds ", "hold ", 1).replace("has ", "have ", 1)
            )
            remarks.append(f"{shown} {plural}, and are left out.")
    return remarks


def _of_leaks(prepared: Prepared, plan: Plan) -> list[str]:
    if len(prepared.columns) > _WIDE:
        return []
    training = prepared.split.training
    classes = prepared.target.task == "classification"
    scores = leak_scores(
        prepared.frame(training), prepared.target.values[training], classes=classes, seed=plan.split.seed
    )
    measure = "right answers" if classes else "of the ranks explained"
    return [
        f"{name!r} alone predicts {prepared.target.name!r} nearly perfectly ({score:.1%} {measure} on rows held back). "
        f"If it is not known before {prepared.target.name!r} is, leave it out: `--drop {quoted(name)}`."
        for name, score in scores.items()
    ]


def _of_unseen(prepared: Prepared) -> list[str]:
    """Say which words stand in test rows only."""
    remarks = []
    training, test = prepared.frame(prepared.split.training), prepared.frame(prepared.split.test)
    for column in prepared.columns:
        if column.type != "text":
            continue
        known = pc.unique(training.column(column.name).combine_chunks())
        values = test.column(column.name).combine_chunks()
        unseen = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known)))
        count = pc.sum(unseen).as_py() or 0
        if count:
            words = pc.unique(values.filter(unseen)).to_pylist()
            shown = ", ".join(repr(word)[:30] for word in words[:_MOST_EXAMPLES])
            more = f" and {len(words) - _MOST_EXAMPLES:,} more" if len(words) > _MOST_EXAMPLES else ""
            rows = "1 test row" if count == 1 else f"{count:,} test rows"
            remarks.append(f"{column.name!r} has values in {rows} that no training row has: {shown}{more}.")
    if prepared.target.task == "classification":
        remarks += _of_unseen_classes(prepared)
    return remarks


def _of_unseen_classes(prepared: Prepared) -> list[str]:
    values, split = prepared.target.values, prepared.split
    unseen = set(values[split.test].tolist()) - set(values[split.training].tolist())
    if not unseen:
        return []
    shown = ", ".join(repr(each) for each in sorted(unseen, key=str)[:_MOST_EXAMPLES])
    return [f"Test rows have classes that no training row has, which count as mistakes: {shown}."]


def _listed(left_out: dict[str, str]) -> str:
    parts = [f"{name!r} {reason}" for name, reason in left_out.items()][:_MOST_EXAMPLES]
    return (
        "; ".join(parts) if parts else "the table has no other column; `--delimiter` says what separates them"
    )
