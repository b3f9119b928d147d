from __future__ import annotations

import subprocess
import sys

from ranvier.plots.style import BLUE, VERMILLION, new_figure, quieten, set_title, to_rgb


def test_a_figure_of_its_own():
    figure = new_figure(4, 3)
    assert tuple(figure.get_size_inches()) == (4, 3)
    axes = figure.add_subplot()
    quieten(axes)
    set_title(axes, None)
    assert axes.get_title(loc="left") == ""
    set_title(axes, "Loss")
    assert axes.get_title(loc="left") == "Loss"
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_two_colours_differ_in_brightness_for_everybody():
    """Contrast of the two line colours without any hue, so grey print tells them apart as well."""
    blue, vermillion = (
        sum(part * weight for part, weight in zip(to_rgb(name), (0.299, 0.587, 0.114), strict=True))
        for name in (BLUE, VERMILLION)
    )
    assert abs(blue - vermillion) > 0.08


def test_no_plotting_state_is_imported():
    program = (
        "import sys\nfrom ranvier import plots\n"
        "plots.history_curves({'loss': [1.0, 0.5]}); plots.confusion_matrix([0, 1], [0, 1])\n"
        "print(*({'matplotlib.pyplot', 'jax', 'sklearn'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


def test_without_matplotlib():
    program = (
        "import sys\nsys.modules['matplotlib'] = None\n"
        "try:\n    import ranvier.plots\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("MissingExtraError Plotting needs the package 'matplotlib'")
