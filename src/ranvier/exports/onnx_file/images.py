"""Convolutions, poolings and enlargements as nodes of ONNX; the channels stand second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ranvier.exports.onnx_file.nodes import Nodes
from ranvier.exports.program import Step
from ranvier.layers.shapes import same_padding


def _windows(step: Step, axes: Sequence[int], extents: Sequence[int]) -> dict[str, Any]:
    """Return how ONNX says where windows lie."""
    padding, strides = step.attributes["padding"], step.attributes["strides"]
    sizes = [step.inputs[0].shape[axis] for axis in axes]
    if padding == "same" and None in sizes:
        return {"auto_pad": "SAME_UPPER"}
    if padding == "same":
        padding = [
            same_padding(size or 0, *each) for size, *each in zip(sizes, extents, strides, strict=True)
        ]
    if padding == "valid":
        return {}
    return {"pads": [before for before, _ in padding] + [after for _, after in padding]}


def convolution(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    """A convolution, its kernel turned."""
    kernel, dilation = step.inputs[1], step.attributes["dilation"]
    spatial = kernel.ndim - 2
    order = (spatial + 1, spatial, *range(spatial))
    if kernel.value is not None:
        turned = nodes.array(kernel.value.transpose(order), kernel.name)
    else:
        turned = nodes.node("Transpose", [names[1]], perm=list(order))
    extents = [((size or 1) - 1) * each + 1 for size, each in zip(kernel.shape, dilation, strict=False)]
    return nodes.node(
        "Conv",
        [names[0], turned, *names[2:]],
        kernel_shape=list(kernel.shape[:-2]),
        strides=list(step.attributes["strides"]),
        dilations=list(dilation),
        group=step.attributes["groups"],
        **_windows(step, range(2, 2 + spatial), extents),
    )


def pooling(kind: str, **fixed: Any) -> Callable[[Nodes, Step, Sequence[str]], str]:
    """A pooling by the name of its operator."""

    def operator(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
        sizes = step.attributes["sizes"]
        return nodes.node(
            kind,
            names,
            kernel_shape=list(sizes),
            strides=list(step.attributes["strides"]),
            **_windows(step, step.attributes["axes"], sizes),
            **fixed,
        )

    return operator


def enlarge(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    """An enlargement by whole factors."""
    factors = nodes.array(np.asarray([1, 1, *step.attributes["factors"]], np.float32))
    if step.attributes["bilinear"]:
        chosen: dict[str, Any] = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    else:
        chosen = {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        }
    return nodes.node("Resize", [names[0], "", factors], **chosen)
