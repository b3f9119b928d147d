"""``ranvier train``: a network built, trained, tested, and put into its folder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import numpy as np

from ranvier import optimizers
from ranvier.cli.data import Data, load
from ranvier.cli.exits import INTERRUPTED
from ranvier.cli.fitting import Outcome, fit
from ranvier.cli.interruption import can_go_on, resumable, stopped_words
from ranvier.cli.order import VALIDATION_SPLIT, Order
from ranvier.cli.sentences import headline
from ranvier.layers import Dense, Dropout, Flatten, Input, Rescaling
from ranvier.models import Sequential
from ranvier.random import set_random_seed
from ranvier.report.classification import ClassificationReport, classification_report
from ranvier.report.occupation import occupied
from ranvier.report.run_folder import METRICS, MODEL, REPORT, RunFolder, create_run
from ranvier.report.run_settings import InputSettings, RunSettings


def carry_out(order: Order) -> None:
    """Train, test, and fill the folder of the run.

    Raises:
        RanvierError: If a name is unknown, the data cannot be had, or the loss becomes NaN.
        click.exceptions.Exit: With the exit code 130, after Ctrl-C.
    """
    set_random_seed(order.seed)
    model, learning_rate = _compiled_model(order)
    train, test, class_names = load(order.recipe)
    run = create_run(_settings(order, learning_rate, class_names), order.output)
    try:
        with occupied(run), resumable(run, plots=order.plots):
            _train(order, run, model, train, test)
    except click.exceptions.Exit:
        raise
    except BaseException as error:
        if not can_go_on(run, error):
            run.discard()
        raise


def carry_on(order: Order, run: RunFolder) -> None:
    """Continue the training of a run, from its backup or, where there is none yet, from its first step.

    Args:
        order: What the run was told.
        run: The run.

    Raises:
        RanvierError: If the data cannot be had, or the loss becomes NaN.
        click.exceptions.Exit: With the exit code 130, after Ctrl-C.
    """
    set_random_seed(order.seed)
    model, _ = _compiled_model(order)
    train, test, _ = load(order.recipe)
    with occupied(run):
        if not run.has_backup:
            order.say(
                "No backup was made before the interruption, so the training begins again from its first step."
            )
        with resumable(run, plots=order.plots):
            _train(order, run, model, train, test)


def _train(order: Order, run: RunFolder, model: Sequential, train: Data, test: Data) -> None:
    training, validation = _divided(train)
    order.say(_introduction(run.settings, model, len(training.y), len(validation.y), len(test.y)))
    outcome = fit(run, model, training, validation, quiet=order.quiet)
    if outcome.steps == 0:
        run.discard()
        click.echo("Stopped by Ctrl-C before the first step; nothing is kept.", err=True)
        raise click.exceptions.Exit(INTERRUPTED)
    if outcome.words:
        order.say(outcome.words)
    _conclude(order, run, model, test, outcome)
    if outcome.interrupted:
        click.echo(stopped_words(run, plots=order.plots), err=True)
        raise click.exceptions.Exit(INTERRUPTED)


def _compiled_model(order: Order) -> tuple[Sequential, float]:
    settings = order.network()
    layers = [Input(order.recipe.size), Rescaling(order.recipe.scale, order.recipe.offset), Flatten()]
    for units in settings.hidden:
        layers.append(Dense(units, settings.activation))
        if settings.dropout:
            layers.append(Dropout(settings.dropout))
    model = Sequential([*layers, Dense(10, "softmax")], name=order.recipe.name)
    optimizer = optimizers.get(order.optimizer)
    if order.learning_rate is not None:
        optimizer.learning_rate = order.learning_rate
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    # Float32 has more digits than were given: 0.001, not 0.0010000000474974513.
    return model, order.learning_rate or float(str(np.float32(np.asarray(optimizer.learning_rate))))


def _settings(order: Order, learning_rate: float, class_names: tuple[str, ...]) -> RunSettings:
    height, width = order.recipe.size
    return RunSettings(
        data_set=order.recipe.name,
        seed=order.seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        input=InputSettings(height, width, 0, order.recipe.largest, class_names),
        network=order.network(),
        training=order.training(learning_rate),
    )


def _divided(train: Data) -> tuple[Data, Data]:
    border = int(len(train.y) * (1 - VALIDATION_SPLIT))
    return Data(train.x[:border], train.y[:border]), Data(train.x[border:], train.y[border:])


def _introduction(settings: RunSettings, model: Sequential, training: int, validation: int, test: int) -> str:
    image, network, chosen = settings.input, settings.network, settings.training
    classes = len(image.class_names)
    sizes = "-".join(map(str, (image.height * image.width, *network.hidden, classes)))
    dropout = f", dropout {network.dropout:g}" if network.dropout else ""
    patience = f", patience {chosen.patience}" if chosen.patience else ""
    return "\n".join(
        [
            f"Data      {settings.data_set}: {training:,} images to train on, {validation:,} to validate, "
            f"{test:,} to test; {image.height} by {image.width} pixels",
            f"Network   {sizes}, {network.activation}{dropout}: {model.count_params():,} parameters",
            f"Training  {chosen.optimizer}, learning rate {chosen.learning_rate:g}, batches of "
            f"{chosen.batch_size}, at most {chosen.epochs} epochs{patience}, seed {settings.seed}",
            "",
        ]
    )


def _conclude(order: Order, run: RunFolder, model: Sequential, test: Data, outcome: Outcome) -> None:
    model.save(run.path / MODEL, metadata={"class_names": list(run.settings.input.class_names)})
    probabilities = model.predict(test.x, verbose=0)
    report = classification_report(test.y, probabilities, run.settings.input.class_names)
    run.write_json(METRICS, _metrics(report, outcome))
    run.write_text(REPORT, f"{headline(report)}\n\n{report.as_text()}\n")
    order.say(f"\n{click.style(headline(report), bold=True)}\n\n{report.as_text()}\n")
    if order.plots:
        _draw(run, outcome, test, probabilities)
    if not outcome.interrupted:
        run.forget_backup()
    files = "  ".join(sorted(each.name for each in run.path.iterdir()))
    order.say(f"Run folder  {run.path}\n            {files}")
    if order.quiet:
        click.echo(run.path)


def _metrics(report: ClassificationReport, outcome: Outcome) -> dict[str, Any]:
    last = {name: values[-1] for name, values in outcome.history.items()}
    best = {}
    if outcome.best_epoch is not None:
        best = {name: values[outcome.best_epoch - 1] for name, values in outcome.history.items()}
    return {
        "test": report.as_dict(),
        "best_epoch": {"epoch": outcome.best_epoch, **best},
        "last_epoch": {"epoch": outcome.epochs, **last},
        "training_seconds": round(outcome.seconds, 3),
        "interrupted": outcome.interrupted,
    }


def _draw(run: RunFolder, outcome: Outcome, test: Data, probabilities: np.ndarray[Any, Any]) -> None:
    # Matplotlib takes a second to import, which `--no-plots` need not wait for.
    from ranvier.report import figures

    settings = run.settings
    names = settings.input.class_names
    title = f"{settings.data_set}: loss and accuracy over {outcome.epochs} epochs"
    figures.write_curves(run.path, outcome.history, title)
    figures.write_confusion(run.path, test.y, probabilities, names)
    figures.write_misclassified(run.path, test.x, test.y, probabilities, names)
