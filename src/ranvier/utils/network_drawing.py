"""A picture of a network, drawn without Graphviz."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ranvier.errors import ConfigurationError, NotBuiltError, UnsupportedError, unknown_name
from ranvier.plots.style import INK, PlotFigure
from ranvier.storage.atomic import replacing
from ranvier.utils.layered_layout import Placement, place
from ranvier.utils.network_boxes import Box, Drawing, Shown, draw_network

# After `plots.style`, which has the sentence for a missing matplotlib.
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch  # isort: skip
from matplotlib.path import Path as Curve  # isort: skip
from matplotlib.textpath import TextPath  # isort: skip
from matplotlib.font_manager import FontProperties  # isort: skip
import itertools

DIRECTIONS = ("TB", "BT", "LR", "RL")
FORMATS = (".png", ".svg", ".pdf", ".jpg", ".jpeg")

_PAPER = {
    "input": "#E3EFE8",
    "weights": "#D6E7F5",
    "activation": "#FBE6D6",
    "normalization": "#EDE3F1",
    "noise": "#ECECEC",
    "pooling": "#DDF0F2",
    "merging": "#FBF3CF",
    "shape": "#F2F2F2",
    "model": "#E4E6EF",
    "other": "#FFFFFF",
}
_EDGE = "#8A8A8A"
_QUIET = "#6B6B6B"
_TITLE, _TEXT = 10.0, 8.5
_PADDING, _LINE, _TITLE_LINE = 8.0, 12.5, 15.0
_MARGIN = 12.0


@dataclass
class _Sized:
    """A box with its size, and with the layout of what is inside it."""

    box: Box
    width: float
    height: float
    inner: _Laid | None = None


@dataclass
class _Laid:
    boxes: list[_Sized]
    placement: Placement


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] | None = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    **unknown: Any,
) -> PlotFigure:
    """Draw a network: a box for each call of a layer, an arrow for each array that passes.

    Args:
        model: A built model.
        to_file: Where to write the picture, ``.png``, ``.svg``, ``.pdf`` or ``.jpg``; None: nowhere.
        show_shapes: Whether to write the shapes that go in and come out.
        show_dtype: Whether to write the dtypes of the layers.
        show_layer_names: Whether to write the names of the layers.
        rankdir: ``"TB"`` downwards, ``"LR"`` to the right, ``"BT"`` upwards, ``"RL"`` to the left.
        expand_nested: Whether to draw models within the model layer by layer, in a frame.
        dpi: Dots an inch, of a picture made of dots.
        show_layer_activations: Whether to write the activations of the layers.
        show_trainable: Whether to write which layers are trained.
        **unknown: Nothing else is taken.

    Returns:
        The figure, which a notebook displays.

    Raises:
        NotBuiltError: If the input shape of the model is not known.
        ConfigurationError: If an argument cannot be used.
        MissingExtraError: If matplotlib is not installed.
    """
    if unknown:
        raise ConfigurationError(f"`plot_model` does not know the argument {sorted(unknown)[0]!r}.")
    if rankdir not in DIRECTIONS:
        raise unknown_name("direction of a drawing", rankdir, DIRECTIONS)
    path = _checked_path(to_file)
    if not getattr(model, "built", False):
        raise NotBuiltError(
            f"The model {getattr(model, 'name', model)!r} cannot be drawn before its input shape is known. Begin "
            "it with an `Input`, or call it on data first."
        )
    shown = Shown(
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested
    )
    figure = _figure(_laid_out(draw_network(model, shown), rankdir), rankdir, dpi)
    if path is not None:
        with replacing(path) as file:
            figure.savefig(file, format=path.suffix[1:].lower(), dpi=dpi)
    return figure


def model_to_dot(*_: Any, **__: Any) -> NoReturn:
    """Refuse: the drawing is Ranvier's own, and there is no text for Graphviz.

    Raises:
        UnsupportedError: Always.
    """
    raise UnsupportedError(
        "Ranvier draws networks itself and writes no text for Graphviz, so `model_to_dot` has nothing to return. "
        "`ranvier.utils.plot_model(model, 'model.svg')` writes the picture."
    )


def _checked_path(to_file: Any) -> Path | None:
    if to_file is None:
        return None
    path = Path(to_file)
    if path.suffix.lower() not in FORMATS:
        raise ConfigurationError(
            f"`to_file` must end in one of {', '.join(FORMATS)}; received: {str(to_file)!r}."
        )
    return path


def _laid_out(drawing: Drawing, rankdir: str) -> _Laid:
    boxes = [_sized(box, rankdir) for box in drawing.boxes]
    sideways = rankdir in ("LR", "RL")
    sizes = [(box.height, box.width) if sideways else (box.width, box.height) for box in boxes]
    return _Laid(boxes, _turned(place(sizes, drawing.arrows), rankdir))


def _turned(placement: Placement, rankdir: str) -> Placement:
    """Turn a layout that runs downwards into the asked direction."""
    width, height = placement.width, placement.height

    def turn(point: tuple[float, float]) -> tuple[float, float]:
        across, down = point
        return {
            "TB": (across, down),
            "BT": (across, height - down),
            "LR": (down, across),
            "RL": (height - down, across),
        }[rankdir]

    size = (height, width) if rankdir in ("LR", "RL") else (width, height)
    routes = [[turn(point) for point in route] for route in placement.routes]
    return Placement([turn(point) for point in placement.centres], routes, *size)


def _sized(box: Box, rankdir: str) -> _Sized:
    title = _width(box.title, _TITLE, bold=True)
    labels = max((_width(label, _TEXT) for label, _ in box.lines if label), default=0.0)
    values = max(
        (_width(value, _TEXT) + (labels + 8 if label else 0.0) for label, value in box.lines), default=0.0
    )
    width = max(title, values, 46.0) + 2 * _PADDING
    height = _TITLE_LINE + _LINE * len(box.lines) + _PADDING
    if box.inside is None:
        return _Sized(box, width, height)
    inner = _laid_out(box.inside, rankdir)
    framed = max(width, inner.placement.width + 2 * _MARGIN)
    return _Sized(box, framed, height + inner.placement.height + _MARGIN, inner)


def _width(text: str, size: float, *, bold: bool = False) -> float:
    if not text:
        return 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    path = TextPath((0, 0), text.replace("$", r"\$"), size=size, prop=font)
    # Drawn letters stand on whole dots, a little wider than their outlines.
    return 1.04 * float(path.get_extents().width)


def _figure(laid: _Laid, rankdir: str, dpi: int) -> PlotFigure:
    width, height = (size + 2 * _MARGIN for size in (laid.placement.width, laid.placement.height))
    figure = PlotFigure(figsize=(width / 72, height / 72), dpi=dpi, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    _draw(axes, laid, _MARGIN, _MARGIN, rankdir)
    return figure


def _draw(axes: Any, laid: _Laid, left: float, top: float, rankdir: str) -> None:
    for route in laid.placement.routes:
        _draw_arrow(axes, [(left + x, top + y) for x, y in route], rankdir in ("LR", "RL"))
    for sized, (x, y) in zip(laid.boxes, laid.placement.centres, strict=True):
        _draw_box(axes, sized, left + x - sized.width / 2, top + y - sized.height / 2, rankdir)


def _draw_box(axes: Any, sized: _Sized, left: float, top: float, rankdir: str) -> None:
    box = sized.box
    axes.add_patch(
        FancyBboxPatch(
            (left, top),
            sized.width,
            sized.height,
            boxstyle="round,pad=0,rounding_size=4",
            facecolor=_PAPER[box.kind],
            edgecolor=_EDGE,
            linewidth=0.8,
            mutation_aspect=1,
        )
    )
    style = {"family": "DejaVu Sans", "va": "center", "parse_math": False}
    centre = left + sized.width / 2
    row = top + _PADDING / 2 + _TITLE_LINE / 2
    axes.text(centre, row, box.title, size=_TITLE, weight="bold", ha="center", color=INK, **style)
    labels = max((_width(label, _TEXT) for label, _ in box.lines if label), default=0.0)
    values = max((_width(value, _TEXT) for label, value in box.lines if label), default=0.0)
    start = centre - (labels + 8 + values) / 2
    row += _TITLE_LINE / 2 + _LINE / 2
    for label, value in box.lines:
        if label:
            axes.text(start, row, label, size=_TEXT, ha="left", color=_QUIET, **style)
            axes.text(start + labels + 8, row, value, size=_TEXT, ha="left", color=INK, **style)
        else:
            axes.text(centre, row, value, size=_TEXT, ha="center", color=_QUIET, **style)
        row += _LINE
    if sized.inner is not None:
        indent = (sized.width - sized.inner.placement.width) / 2
        _draw(axes, sized.inner, left + indent, row - _LINE / 2 + 4, rankdir)


def _draw_arrow(axes: Any, points: list[tuple[float, float]], sideways: bool) -> None:
    """Draw a smooth line that leaves and enters every point in the direction of the drawing."""
    vertices, codes = [points[0]], [Curve.MOVETO]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if sideways:
            middle = (x0 + x1) / 2
            vertices += [(middle, y0), (middle, y1), (x1, y1)]
        else:
            middle = (y0 + y1) / 2
            vertices += [(x0, middle), (x1, middle), (x1, y1)]
        codes += [Curve.CURVE4] * 3
    axes.add_patch(
        FancyArrowPatch(
            path=Curve(vertices, codes),
            arrowstyle="-|>,head_length=5,head_width=2.6",
            mutation_scale=1,
            color=INK,
            linewidth=0.9,
            shrinkA=0,
            shrinkB=0,
            joinstyle="miter",
        )
    )
