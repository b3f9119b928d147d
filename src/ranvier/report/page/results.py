"""How good a model is, on the page of its run: its numbers beside those of the baselines."""

from __future__ import annotations

from ranvier.report.page.content import Bar, Card, ImportanceRow, Importances, ScoreRow
from ranvier.report.scores import SCORES, best_of, score_text
from ranvier.report.table_results import MODEL_NAME, TableResults
from ranvier.tables.wording import LONGEST_NAME, number_text, shortened

_MOST_IMPORTANCES = 40
_HEADLINES = {"classification": ("accuracy", "roc_auc", "log_loss"), "regression": ("rmse", "mae", "r2")}
_DECIDING = {"classification": "accuracy", "regression": "rmse"}


def headline_scores(results: TableResults) -> tuple[str, ...]:
    """Return the measures that are shown first."""
    found = results.scores[MODEL_NAME]
    return tuple(name for name in _HEADLINES[results.settings.task] if name in found)


def cards_of(results: TableResults) -> list[Card]:
    """Return the numbers at the top."""
    others = [name for name in results.scores if name != MODEL_NAME]
    cards = []
    for name in headline_scores(results):
        notes = [f"{other} {score_text(name, results.scores[other].get(name))}" for other in others]
        cards.append(
            Card(SCORES[name].title, score_text(name, results.scores[MODEL_NAME][name]), "; ".join(notes))
        )
    epochs = max((len(values) for values in results.history.values()), default=0)
    cards.append(Card("Training", duration_text(results.seconds), f"{epochs:,} epochs" if epochs else ""))
    return cards


def score_rows(results: TableResults) -> list[ScoreRow]:
    """Return a row for each measure."""
    rows = []
    for name, score in SCORES.items():
        values = [scores.get(name) for scores in results.scores.values()]
        if values[0] is not None:
            texts = [score_text(name, value) for value in values]
            rows.append(
                ScoreRow(score.title, texts, best_of(name, values), "higher" if score.higher else "lower")
            )
    return rows


def verdict(results: TableResults) -> str:
    """Return in a sentence whether the model is better than the baselines."""
    name = _DECIDING[results.settings.task]
    own = results.scores[MODEL_NAME][name]
    others = {model: scores[name] for model, scores in results.scores.items() if model != MODEL_NAME}
    title = SCORES[name].title.lower()
    direction = 1 if SCORES[name].higher else -1
    best = max(others, key=lambda model: direction * others[model])
    texts = score_text(name, own), score_text(name, others[best])
    if direction * own > direction * others[best]:
        return f"Better than the baselines: {title} {texts[0]}, and {texts[1]} of the {best}."
    if own == others[best]:
        return f"As good as the {best}: {title} {texts[0]}."
    return (
        f"Not better than the {best} ({title} {texts[0]} against {texts[1]}): the table may hold little to learn, too "
        "few rows, or simple relations only."
    )


def importances_of(results: TableResults) -> Importances | None:
    """Return how much each column matters, the most important first."""
    found = results.importances
    if not found:
        return None
    ordered = sorted(found.items(), key=lambda item: -item[1].permutation)
    top = max(max(value.permutation for value in found.values()), 1e-300)
    steepest = max(max(value.gradients for value in found.values()), 1e-300)
    rows = [
        ImportanceRow(
            shortened(name, LONGEST_NAME),
            [
                Bar(
                    max(value.permutation, 0.0) / top,
                    f"{number_text(value.permutation)} ± {number_text(value.spread)}",
                ),
                Bar(value.gradients / steepest, number_text(value.gradients)),
            ],
        )
        for name, value in ordered[:_MOST_IMPORTANCES]
    ]
    more = len(found) - len(rows)
    words = f"{more:,} more columns are not shown; metrics.json has them all." if more else ""
    return Importances(["Permutation", "Integrated gradients"], rows, words)


def duration_text(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
