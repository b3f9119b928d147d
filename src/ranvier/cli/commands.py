"""The commands, their options and their help.

Actions are imported inside the commands, so that ``ranvier --help`` does not wait for the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ranvier import __version__
from ranvier.cli.exits import Commands
from ranvier.cli.grouping import GroupedCommand, ImageOption, TableOption
from ranvier.cli.importing import undisturbed_imports
from ranvier.cli.options import DataSet, HiddenLayers
from ranvier.cli.recipes import RECIPES, Recipe
from ranvier.cli.table_options import (
    IMAGES,
    IMAGES_ONLY,
    TABLES_ONLY,
    given_options,
    plan_options,
    reading_options,
    refuse_others,
    table_options,
)

_RUN = click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ranvier", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
def ranvier(debug: bool) -> None:
    """Train neural networks, see how good they are, and use them."""
    del debug  # read where errors arrive


def _default(name: str) -> str:
    """Describe a default that differs between data sets."""
    values = {each: getattr(recipe, name) for each, recipe in RECIPES.items()}
    texts = {
        each: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for each, value in values.items()
    }
    return "[default: " + "; ".join(f"{text} for {each}" for each, text in texts.items()) + "]"


@ranvier.command(cls=GroupedCommand, short_help="Train a network on a data set or a table.")
@click.argument("data_set", type=DataSet(), required=False)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Continue the training of a run that was interrupted, with its own settings.",
)
@click.option(
    "--hidden",
    type=HiddenLayers(),
    help=f"Units of the hidden layers, commas between; 'none' for no hidden layer.  {_default('hidden')}",
)
@click.option(
    "--activation",
    cls=ImageOption,
    default="relu",
    show_default=True,
    metavar="NAME",
    help="Activation of the hidden layers, such as relu, tanh, gelu.",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    metavar="RATE",
    help="Fraction of each hidden layer's outputs dropped in training.",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"The most epochs.  {_default('epochs')}",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Rows of a step.  {_default('batch_size')}",
)
@click.option(
    "--optimizer",
    cls=ImageOption,
    default="adam",
    show_default=True,
    metavar="NAME",
    help="The optimizer, such as adam, adamw, sgd, rmsprop.",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="RATE",
    help="Its learning rate.  [default: the optimizer's own]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of weights, shuffling and dropout.",
)
@click.option(
    "--patience",
    cls=ImageOption,
    type=click.IntRange(min=0),
    metavar="N",
    help="Stop after N epochs without a lower validation loss; 0 never stops. The weights of the best epoch are kept "
    f"either way.  {_default('patience')}",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of the run, new or empty.  [default: runs/<date>-<data set>]",
)
@click.option("--plots/--no-plots", default=True, help="Draw the figures, or do without.  [default: --plots]")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but the folder of the run.")
@click.option(
    "--config",
    cls=TableOption,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.toml",
    help="Settings, as `ranvier init-config` writes them; options override them.",
)
@table_options
def train(data_set: Recipe | str | None, resume: Path | None, config: Path | None, **options: Any) -> None:
    """Train a network on a data set or a table, test it, and put all of it into a folder.

    \b
    digits  1,797 digits of 8 by 8 pixels, which come with scikit-learn
    mnist   70,000 digits of 28 by 28 pixels, downloaded once
    TABLE   a CSV, TSV, Parquet or Arrow file, also compressed; - for standard input

    The folder gets the model, its settings, metrics.json, history.csv, figures and a report, for a table
    the page report.html. Ctrl-C stops the training and keeps what there is; a training that was stopped
    or killed continues with --resume and ends as if nothing had happened.
    """  # noqa: D301 - the backspace keeps click from joining lines
    context = click.get_current_context()
    given = given_options({"data_set": data_set, "config": config, **options}, context)
    if resume is not None:
        with undisturbed_imports():
            from ranvier.cli import resuming

        resuming.resume(resume, given, plots=options["plots"], quiet=options["quiet"])
        return
    if isinstance(data_set, Recipe):
        refuse_others(given, TABLES_ONLY | {"config"}, f"for tables, not for {data_set.name}", context)
        with undisturbed_imports():
            from ranvier.cli.order import Order
            from ranvier.cli.training import carry_out

        carry_out(
            Order(recipe=data_set, **{name: value for name, value in options.items() if name in IMAGES})
        )
        return
    if data_set is None and config is None:
        raise click.UsageError("Give a data set, such as digits, a table, or --resume RUN.", ctx=context)
    refuse_others(given, IMAGES_ONLY, "for digits and mnist, not for tables", context)
    with undisturbed_imports():
        from ranvier.cli.tables.training import train_on_table

    train_on_table(data_set, config, given, quiet=options["quiet"])


@ranvier.command(short_help="Test the network of a run.")
@_RUN
@click.argument("table", required=False)
@_JSON
@reading_options
def evaluate(run: Path, table: str | None, as_json: bool, **reading: Any) -> None:
    """Test the network of a run: on the test data of its data set, or on a TABLE that tells the target."""
    with undisturbed_imports():
        from ranvier.cli.evaluation import show_evaluation

    show_evaluation(run, table, reading, as_json=as_json)


@ranvier.command(cls=GroupedCommand, short_help="Predict the rows of a table, or read digits from pictures.")
@_RUN
@click.argument("inputs", metavar="TABLE|IMAGE...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    cls=TableOption,
    metavar="FILE",
    help="Where to write: .csv, .tsv, .parquet, also .csv.gz; - for standard output.  [default: -]",
)
@click.option(
    "--include",
    cls=TableOption,
    multiple=True,
    metavar="COLUMN",
    help="A column of TABLE to write in front of the predictions; may be repeated.",
)
@reading_options
@_JSON
def predict(
    run: Path,
    inputs: tuple[str, ...],
    as_json: bool,
    output: str | None,
    include: tuple[str, ...],
    **reading: Any,
) -> None:
    """Predict the rows of a TABLE, or tell which digit each IMAGE shows.

    A table (CSV, TSV, Parquet, Arrow, also compressed; - for standard input) needs the columns that the
    model was trained on; others are left alone. The answer has a row for each of its rows: the prediction
    and, for classes, the probability of each. It is read and written in blocks, so it may be of any size.

    A picture is a PNG, JPEG or the like of one digit: dark on light or light on dark, of any size,
    the digit anywhere in it.
    """
    with undisturbed_imports():
        from ranvier.cli.predicting import show_predictions

    show_predictions(run, inputs, output, include, reading, as_json=as_json)


@ranvier.command(short_help="Show the network, settings and results of a run.")
@_RUN
def summary(run: Path) -> None:
    """Show the network of a run, what it was trained with, and how good it is."""
    with undisturbed_imports():
        from ranvier.cli.overview import show_summary

    show_summary(run)


@ranvier.command(short_help="Show what a model file, a table or a run holds.")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@_JSON
@reading_options
def inspect(path: Path, as_json: bool, **reading: Any) -> None:
    """Show what FILE holds: layers, shapes, parameters, training, versions, digest; or a table's columns.

    FILE is a model, weights, or the backup of a training, in any format that can be read, or the
    folder of a run. Nothing in it is built or run, so a file from a stranger can be looked at.
    Of a table it shows what each column is taken for and what its values are like.
    """
    with undisturbed_imports():
        from ranvier.cli.inspection import show_inspection

    show_inspection(path, reading, as_json=as_json)


@ranvier.command(short_help="Set runs side by side.")
@click.argument("runs", type=click.Path(path_type=Path), metavar="RUN RUN...", nargs=-1, required=True)
@_JSON
def compare(runs: tuple[Path, ...], as_json: bool) -> None:
    """Show the settings in which runs differ, and their results; the best are marked."""
    with undisturbed_imports():
        from ranvier.cli.comparing import show_comparison

    show_comparison(runs, as_json=as_json)


@ranvier.command("init-config", cls=GroupedCommand, short_help="Write the settings of a training on a table.")
@click.argument("table")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("run.toml"),
    show_default=True,
    metavar="FILE",
    help="Where to.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@plan_options
def init_config(table: str, file: Path, force: bool, **options: Any) -> None:
    """Write every setting of a training on TABLE to a TOML file, each with its meaning.

    It also says what each column is taken for, and may be edited. `ranvier train --config FILE` follows it.
    """
    given = given_options(options, click.get_current_context())
    with undisturbed_imports():
        from ranvier.cli.tables.planning import write_plan

    write_plan(table, file, given, force=force)


@ranvier.command(short_help="Answer requests for predictions over HTTP.")
@click.argument("model", type=click.Path(path_type=Path), metavar="FILE-or-RUN")
@click.option(
    "--pixels",
    type=float,
    metavar="WHITE",
    help="Take pictures too, for the file of a model of images: black becomes 0, white this number, such as 1 or 255.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="N",
    help="The port; 0 takes one that is free.",
)
@click.option(
    "--token",
    metavar="TEXT",
    help="What clients must show; needed where other machines can connect. Other users see the command line, so rather "
    "set RANVIER_TOKEN or use --token-file.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file that holds it.",
)
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A further name, such as models.example.org, by which clients may call the server; may be repeated.",
)
@click.option(
    "--max-body",
    type=click.IntRange(min=1),
    default=10 * 2**20,
    show_default=True,
    metavar="BYTES",
    help="The largest body of a request.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=1024,
    show_default=True,
    metavar="N",
    help="The most rows of a request, and of what is predicted together.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a body may take to arrive, and the predictions to be made.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    metavar="N",
    help="The most requests that wait for their predictions.",
)
@click.option(
    "--readers",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="Threads that decode pictures.",
)
@click.option("--access-log", is_flag=True, help="Write a line for every request.")
def serve(model: Path, **options: Any) -> None:
    """Serve a file of a model, or the folder of a run, over HTTP.

    \b
    POST /predict       rows as JSON, or pictures: their predictions
    GET  /              a page to try it
    GET  /health        whether it lives, and which model answers
    GET  /metadata      what the model takes and answers
    GET  /metrics       counters for Prometheus
    GET  /openapi.json  all of this for programs

    "Ready at URL" is printed once it answers. SIGHUP reads the file again, and no request is lost. SIGTERM
    and Ctrl-C stop it after what it has accepted is answered.
    """  # noqa: D301 - the backspace keeps click from joining lines
    with undisturbed_imports():
        from ranvier.cli.serving import serve_model

    serve_model(model, **options)


@ranvier.command(short_help="Write a model in another format.")
@click.argument("source", type=click.Path(path_type=Path), metavar="A")
@click.argument("target", type=click.Path(path_type=Path), metavar="B")
@click.option("--force", is_flag=True, help="Replace B if it exists.")
@_JSON
def convert(source: Path, target: Path, force: bool, as_json: bool) -> None:
    """Write the model of the file or run A to the file B, in the format that the name of B says.

    \b
    .safetensors        Ranvier's own: all that a model has
    .keras, .h5         for Keras
    .weights.h5         the weights alone, for Keras
    .onnx               for any program that runs ONNX
    .py                 a program that predicts with NumPy alone

    B is kept only if it predicts the same; what it cannot hold is told.
    """  # noqa: D301
    with undisturbed_imports():
        from ranvier.cli.conversion import show_conversion

    show_conversion(source, target, force=force, as_json=as_json)


@ranvier.command(short_help="Write a file that predicts without Ranvier.")
@click.argument("source", type=click.Path(path_type=Path), metavar="RUN")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The file to write, ending in .onnx or .py.",
)
@click.option(
    "--input-dtype",
    metavar="DTYPE",
    help="The dtype in which data enter the file, such as uint8 for pixels.  [default: the model's own]",
)
@click.option("--title", metavar="TEXT", help="What the file says it is.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export(source: Path, target: Path, **options: Any) -> None:
    """Write the network of RUN, the folder of a run or a model file, as a file that predicts without Ranvier.

    \b
    .onnx  for any program that runs ONNX, such as onnxruntime, in any language
    .py    one file of Python that needs NumPy and nothing else

    The names of the classes go along, and so does what the network does to its inputs first. The file is run beside
    the model and kept only if both predict the same.
    """  # noqa: D301
    with undisturbed_imports():
        from ranvier.cli.exporting import export as write

    write(source, target, **options)


@ranvier.command(
    short_help="Run a program that was written for Keras.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("script", type=click.Path(path_type=Path), metavar="SCRIPT.py")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")
def run(script: Path, arguments: tuple[str, ...]) -> None:
    """Run a program that was written for keras or tensorflow.keras, unchanged.

    Its imports of Keras are answered by Ranvier. What follows SCRIPT.py is handed to the program.
    """
    with undisturbed_imports():
        from ranvier.cli.scripts import run_script

    run_script(script, arguments)
