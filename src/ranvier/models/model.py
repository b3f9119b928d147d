"""A network with everything a user does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from ranvier import optimizers
from ranvier.errors import ConfigurationError, NotBuiltError, NotCompiledError, UnsupportedError
from ranvier.exports import export_network
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers import include
from ranvier.layers.base import Layer
from ranvier.layers.configuration import accepted_by, constructor_parameters, is_own, noted_arguments
from ranvier.layers.scratch import without_assignments
from ranvier.metrics import Mean
from ranvier.models.removed import explain_removed
from ranvier.naming import automatic_name
from ranvier.networks.configuration import graph_configuration, graph_from_configuration
from ranvier.networks.description import building
from ranvier.networks.graph import Graph
from ranvier.networks.summary import show, summary_text
from ranvier.optimizers import Optimizer
from ranvier.random import next_seed
from ranvier.storage import model_file
from ranvier.symbolic import Spec
from ranvier.tracing import shapes_of_results, values_at_hand
from ranvier.training import entry
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.data import Table, evaluation_source, prediction_source, training_source
from ranvier.training.entry import input_specs
from ranvier.training.host_prediction import predicted_at_once
from ranvier.training.objective import CompileArguments
from ranvier.training.own_steps import (
    OwnSteps,
    current_step,
    own_steps_of,
    require_steps_of_jax,
    tracked_metrics,
)
from ranvier.training.prediction import Predictor, predict
from ranvier.training.problem import Accumulators
from ranvier.training.setup import TrainingSetup, results
from ranvier.training.whole_steps import default_test_step, default_train_step
from ranvier.types import Configuration, StructureKey


@include
@explain_removed
class Model(Layer):
    """A network that can be trained.

    ``Model(inputs, outputs)`` is read from symbolic tensors; a subclass creates its layers in
    ``__init__`` and uses them in ``call``.

    Args:
        inputs: Symbolic tensor of :func:`~ranvier.layers.Input`, or a list or dict of them.
        outputs: Symbolic tensor, or a list or dict of them, computed from ``inputs``.
        name: The name.
        **kwargs: ``trainable``, ``dtype``; see :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If only one of ``inputs`` and ``outputs`` is given, or they do not connect.
    """

    keeps_dtype = True

    def __init__(
        self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any
    ) -> None:
        if (inputs is None) != (outputs is None):
            raise ConfigurationError("`Model` takes both `inputs` and `outputs`, or neither in a subclass.")
        if name is None and type(self) is Model:
            name = automatic_name("functional")
        super().__init__(name=name, **kwargs)
        self._setup: TrainingSetup | None = None
        self._built_for: Any = None
        self._graph: Graph | None = None if inputs is None else Graph(inputs, outputs)
        self.built = self._graph is not None
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.history: Any = None
        self.metric_sums: Accumulators | None = None
        self._mean_loss: Mean | None = None
        self._eager = False
        self._own_loss: Any = None
        self._own_shapes: dict[str, Any] = {}
        self.file_metadata: dict[str, Any] = {}

    # -- the network ----------------------------------------------------------------------------

    @property
    def graph(self) -> Graph | None:
        """The calls of the network, or None where the layers are called by the user's own code."""
        return self._graph

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the network on arrays; a subclass overrides this with its own calls."""
        del training, mask
        if self.graph is None:
            raise UnsupportedError(
                f"The model {self.name!r} ({type(self).__name__}) has no `call` method, so it is not known what it "
                "computes. Define `call(self, inputs)`, or build it with `Model(inputs, outputs)`."
            )
        return self.graph.run(inputs)

    def build(self, input_shape: Any) -> None:
        """Create all weights for inputs of a shape, the batch in front.

        Args:
            input_shape: A shape, or a list or dict of shapes.
        """
        if self.graph is None:
            self._build_by_running(_specs_of(input_shape))
        self.built = True

    def build_for(self, inputs: Any) -> None:
        """Create all weights for given inputs, and refuse inputs that do not fit.

        Args:
            inputs: Arrays or specs with shape and dtype.
        """
        if self.graph is not None:
            self.graph.check_inputs(inputs)
        elif not self.built or any(not layer.built for layer in self.sublayers()):
            if not self.built and type(self).build is not Model.build:
                self.build(jax.tree.map(lambda leaf: (None, *leaf.shape[1:]), inputs))
            self._build_by_running(inputs)
        self.built = True

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        known = self.built
        super()._build_for(args, kwargs)
        if not known and args and self._built_for is None:
            self._built_for = _specs_for_files(args[0])

    def _build_by_running(self, inputs: Any) -> None:
        def run(given: Any) -> Any:
            with forward_pass(ForwardPass()):
                return self._run(given)

        specs = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(_whole(leaf.shape), leaf.dtype), inputs)
        with without_assignments(self.variables), values_at_hand(self.run_eagerly):
            shapes_of_results(run, specs, f"The model {self.name!r}")
        self._built_for = _specs_for_files(inputs)

    def output_specs(self, inputs: Any) -> Any:
        """Describe the outputs where that needs no tracing, else None."""
        del inputs
        return None if self.graph is None else self.graph.output_tensors

    def sublayers(self) -> list[Layer]:
        """The layers of the network, in Keras' order."""
        if self.graph is None:
            return super().sublayers()
        inside = list(self.graph.layers)
        return inside + [layer for layer in super().sublayers() if all(layer is not each for each in inside)]

    def structure(self) -> StructureKey:
        """A hashable value, equal for two models exactly when they trace to the same program."""
        if self.graph is None or type(self).call is not Model.call:
            return (self,)
        return ("model", self.graph.structure())

    @property
    def layers(self) -> list[Layer]:
        """The layers of the model."""
        return self.sublayers()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Find a layer by its name or its position.

        Args:
            name: The name.
            index: The position in :attr:`layers`.

        Raises:
            ConfigurationError: If there is no such layer, or neither or both are given.
        """
        if (name is None) == (index is None):
            raise ConfigurationError(
                f"`get_layer` takes a name or an index; received: name={name}, index={index}."
            )
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ConfigurationError(
                    f"The model {self.name!r} has {len(layers)} layers, so the largest index is {len(layers) - 1}; "
                    f"received: {index}."
                )
            return layers[index]
        found = next((layer for layer in layers if layer.name == name), None)
        if found is None:
            raise ConfigurationError(
                f"The model {self.name!r} has the layers {[layer.name for layer in layers]}; received: {name!r}."
            )
        return found

    @property
    def inputs(self) -> list[Any]:
        """The symbolic inputs."""
        return list(self._known_graph("inputs").input_tensors)

    @property
    def outputs(self) -> list[Any]:
        """The symbolic outputs."""
        return list(self._known_graph("outputs").output_tensors)

    @property
    def input(self) -> Any:
        """The symbolic input, in the structure the model was built from."""
        return self._known_graph("input").inputs

    @property
    def output(self) -> Any:
        """The symbolic output, in the structure the model was built from."""
        return self._known_graph("output").outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the input, the batch in front; a list for several. A class without a graph may set it."""
        if "input_shape" in self._own_shapes:
            return self._own_shapes["input_shape"]
        shapes = [tensor.shape for tensor in self._known_graph("input_shape").input_tensors]
        return shapes[0] if len(shapes) == 1 else shapes

    @input_shape.setter
    def input_shape(self, shape: Any) -> None:
        self._keep_shape("input_shape", shape)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, the batch in front; a list for several. A class without a graph may set it."""
        if "output_shape" in self._own_shapes:
            return self._own_shapes["output_shape"]
        shapes = [tensor.shape for tensor in self._known_graph("output_shape").output_tensors]
        return shapes[0] if len(shapes) == 1 else shapes

    @output_shape.setter
    def output_shape(self, shape: Any) -> None:
        self._keep_shape("output_shape", shape)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs, in order."""
        return self._known_graph("input_names").input_names

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs, in order; empty where they are not known before a call."""
        return [] if self.graph is None else self.graph.output_names

    def _keep_shape(self, name: str, shape: Any) -> None:
        if self.graph is not None:
            raise ConfigurationError(
                f"The model {self.name!r} computes `{name}` from its layers, so it cannot be set; received: {shape!r}."
            )
        self._own_shapes[name] = shape

    def _known_graph(self, wanted: str) -> Graph:
        if self.graph is None:
            raise NotBuiltError(
                f"The model {self.name!r} has no `{wanted}` yet, because its input shape is not known. Give the "
                "first layer an `Input`, or call the model on data."
            )
        return self.graph

    def count_params(self) -> int:
        """Return the number of single numbers in all weights."""
        if not self.built:
            raise NotBuiltError(
                f"The model {self.name!r} has no weights yet; call it on data, or `build(input_shape)` it first."
            )
        return sum(variable.size for variable in self.weights)

    # -- compile --------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: A name, an :class:`~ranvier.optimizers.Optimizer`, or an Optax transformation.
            loss: A name, a :class:`~ranvier.losses.Loss` or a function of targets and outputs; a list
                or dict of them for several outputs.
            loss_weights: Factors of the losses of several outputs.
            metrics: Names, :class:`~ranvier.metrics.Metric` objects or functions to report.
            weighted_metrics: Likewise, seeing sample weights.
            run_eagerly: Run every step in Python, to debug.
            steps_per_execution: How many steps at least run between two looks of the progress bar;
                it changes no result.
            jit_compile: False is the same as ``run_eagerly``; everything else compiles.
            auto_scale_loss: Kept for Keras' sake: 32-bit training, as here, needs no scaled loss.

        Raises:
            ConfigurationError: If a name is unknown or an argument cannot be used.
            UnsupportedError: If the class overrides a step that Ranvier compiles as a whole.
        """
        require_steps_of_jax(type(self), Model)
        if auto_scale_loss not in (True, False):
            raise ConfigurationError(
                f"`auto_scale_loss` must be True or False; received: {auto_scale_loss!r}."
            )
        if jit_compile not in (True, False, "auto"):
            raise ConfigurationError(
                f"`jit_compile` must be True, False or 'auto'; received: {jit_compile!r}."
            )
        arguments = CompileArguments(loss, loss_weights, metrics, weighted_metrics)
        arguments.check_names()
        self._setup = TrainingSetup(
            optimizers.get(optimizer),
            arguments,
            run_eagerly=bool(run_eagerly) or jit_compile is False,
            steps_per_execution=steps_per_execution,
        )
        self.metric_sums = None
        self._own_loss = None

    @property
    def compiled(self) -> bool:
        """Whether ``compile`` was called."""
        return self._setup is not None

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer, or None before ``compile``; another one may be put in its place."""
        return None if self._setup is None else self._setup.optimizer

    @optimizer.setter
    def optimizer(self, optimizer: Any) -> None:
        self._compiled_setup("set its `optimizer`").optimizer = optimizers.get(optimizer)

    @property
    def loss(self) -> Any:
        """What was given to ``compile`` as the loss; a class may keep something of its own under this name."""
        if self._own_loss is not None:
            return self._own_loss
        return None if self._setup is None else self._setup.arguments.loss

    @loss.setter
    def loss(self, loss: Any) -> None:
        self._own_loss = loss

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run in Python."""
        return self._eager if self._setup is None else self._setup.run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._eager = bool(value)
        if self._setup is not None:
            self._setup.run_eagerly = self._eager

    @property
    def metrics(self) -> list[Any]:
        """The mean loss and the metrics of the compiled model, once data have been seen; its layers' own metrics.

        A class that overrides this property says what is reported.
        """
        if self._setup is None:
            compiled: list[Any] = []
        elif self._setup.objective is None:
            compiled = [self._loss_metric, *self._setup.arguments.given_metrics]
        else:
            objective = self._setup.objective
            compiled = [self._loss_metric, *objective.metrics[: objective.first_tracked]]
        return [*compiled, *tracked_metrics(self, compiled)]

    @property
    def _loss_metric(self) -> Mean:
        """The metric under which :attr:`metrics` lists the loss."""
        if self._mean_loss is None:
            self._mean_loss = Mean(name="loss")
        return self._mean_loss

    def own_steps(self, token: Any) -> OwnSteps | None:
        """Return what the class computes itself in a step, or None.

        Args:
            token: What ``compile`` left.
        """
        return own_steps_of(self, Model, token)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss of a batch: what ``compile`` asked for, and what layers and regularizers add.

        A subclass may override this; it is traced into the compiled step.

        Args:
            x: The inputs.
            y: The targets.
            y_pred: The outputs for these inputs.
            sample_weight: The weights of the rows.
            training: Whether the loss is that of a training step.

        Returns:
            A scalar.
        """
        del training
        step = current_step(self)
        if step is not None:
            return step.loss(x, y, y_pred, sample_weight)
        return entry.loss_of(self, self._compiled_setup("compute its loss"), y, y_pred, sample_weight)

    def train_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """Take one step of training on given values, and change nothing; a subclass may override this.

        Args:
            state: ``(trainable_variables, non_trainable_variables, optimizer_variables, metrics_variables)``,
                lists of arrays in the order of the model's.
            data: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Returns:
            The results so far by name, and the state after the step.
        """
        return default_train_step(self, self.compute_loss, state, data)

    def test_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """Take one step of evaluation on given values; a subclass may override this.

        Args:
            state: ``(trainable_variables, non_trainable_variables, metrics_variables)``.
            data: As for :meth:`train_step`.

        Returns:
            The results so far by name, and the state after the step.
        """
        return default_test_step(self, self.compute_loss, state, data)

    def compiled_metrics_of_outputs(self) -> dict[int, tuple[int | None, bool]]:
        """Tell, by the identity of each metric given to ``compile``, its output and whether it sees weights."""
        objective = None if self._setup is None else self._setup.objective
        if objective is None:
            return {}
        alone = len(objective.terms) == 1
        return {
            id(metric): (None if alone else index, weighted)
            for index, term in enumerate(objective.terms)
            for weighted, metrics in ((False, term.metrics), (True, term.weighted_metrics))
            for metric in metrics
        }

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Add a batch to the metrics and return the results so far by name.

        A subclass may override this, to report more; it is traced into the compiled step.

        Args:
            x: The inputs.
            y: The targets.
            y_pred: The outputs for these inputs.
            sample_weight: The weights of the rows.
        """
        del x
        step = current_step(self)
        if step is None:
            raise UnsupportedError(
                "`compute_metrics` of a model is called within `fit`, `evaluate`, `train_on_batch` and "
                "`test_on_batch`; elsewhere use the metrics themselves."
            )
        return step.metrics(y, y_pred, sample_weight)

    @property
    def metrics_names(self) -> list[str]:
        """The names of the results of ``evaluate``, in order."""
        if self._setup is None:
            return []
        return ["loss"] if self._setup.objective is None else self._setup.objective.names

    def reset_metrics(self) -> None:
        """Forget the results of the last epoch or batch."""
        self.metric_sums = None

    def _compiled_setup(self, purpose: str) -> TrainingSetup:
        if self._setup is None:
            raise NotCompiledError(
                f"To {purpose}, the model must be compiled: call `model.compile(optimizer=..., loss=...)` first."
            )
        return self._setup

    # -- fit, evaluate, predict -----------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Train the model.

        Args:
            x: Inputs: an array, frame, or a list or dict of them for several; or something that
                yields batches.
            y: Targets, likewise; left out where ``x`` yields them.
            batch_size: Rows of a step; 32 when None.
            epochs: The number of the last epoch.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch, "auto" 1.
            callbacks: Callbacks to be told of everything.
            validation_split: Share of the last rows to validate on, before shuffling.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)`` or batches to validate on.
            shuffle: Whether rows are taken in a new order each epoch; "batch" for whole batches.
            class_weight: Weights by class number.
            sample_weight: Weight of each row.
            initial_epoch: The number of the first epoch, counted from 0.
            steps_per_epoch: Steps of an epoch; all data when None.
            validation_steps: Steps of a validation.
            validation_batch_size: Rows of a step in validation; ``batch_size`` when None.
            validation_freq: Validate every so many epochs, or after the epochs listed.

        Returns:
            The history: ``history.history["loss"]`` is a list with one number an epoch.

        Raises:
            NotCompiledError: Before ``compile``.
            DataError: If the data cannot be trained on.
            NonFiniteLossError: If the loss becomes NaN or infinite.
        """
        setup = self._compiled_setup("train")
        seed = next_seed()
        training, validation = training_source(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            class_weight=class_weight,
            validation_split=validation_split,
            validation_data=validation_data,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            shuffle=shuffle,
            seed=seed,
        )
        return entry.fit(
            self,
            setup,
            training,
            validation,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
            seed=seed,
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Return loss and metrics on data; arguments as for :meth:`fit`.

        Returns:
            The loss, or a list in the order of :attr:`metrics_names`; a dict with ``return_dict``.
        """
        setup = self._compiled_setup("evaluate")
        source = evaluation_source(x, y, sample_weight, batch_size=batch_size, steps=steps)
        logs = entry.evaluate(
            self, setup, source, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks
        )
        return self._shown(logs, return_dict=return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Return the outputs for all rows as NumPy arrays; arguments as for :meth:`fit`."""
        if (
            verbose == 0
            and callbacks is None
            and batch_size is None
            and steps is None
            and not self.run_eagerly
        ):
            outputs = predicted_at_once(self.graph, x)
            if outputs is not None:
                return outputs
        source = prediction_source(x, batch_size=batch_size, steps=steps)
        first = source.batch() if isinstance(source, Table) else source.peek()
        self._require_shape()
        self.build_for(input_specs(first.x))
        batches = steps
        if isinstance(source, Table):
            batches = min(-(-source.rows // (batch_size or 32)), steps or source.rows)
        listeners = entry.listeners(callbacks, verbose, self, epochs=1, steps=batches, history=False)
        self.stop_predicting = False
        return predict(Predictor(self, eager=self.run_eagerly), source, batch_size, steps, listeners)

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch as NumPy arrays."""
        batch = Table(x).batch()
        self._require_shape()
        self.build_for(input_specs(batch.x))
        return predict(
            Predictor(self, eager=self.run_eagerly), Table(x), None, None, CallbackList(model=self)
        )

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Train one step on one batch.

        Returns:
            Loss and metrics of this batch, as :meth:`evaluate` returns them.
        """
        setup = self._compiled_setup("train")
        table = Table(x, y, sample_weight).weighted(class_weight)
        logs, self.metric_sums = entry.train_on_batch(self, setup, table)
        return self._shown(logs, return_dict=return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Evaluate one batch; returns as :meth:`train_on_batch`."""
        setup = self._compiled_setup("evaluate")
        logs, self.metric_sums = entry.test_on_batch(self, setup, Table(x, y, sample_weight))
        return self._shown(logs, return_dict=return_dict)

    def get_metrics_result(self) -> dict[str, float]:
        """Return the results of the last epoch or batch by name."""
        setup = self._compiled_setup("read its metrics")
        if setup.objective is None or self.metric_sums is None:
            return {}
        return results(setup.objective, self.metric_sums)

    def _shown(self, logs: dict[str, float], *, return_dict: bool) -> Any:
        if return_dict:
            return logs
        listed = [logs[name] for name in self.metrics_names if name in logs]
        listed.extend(value for name, value in logs.items() if name not in self.metrics_names)
        return listed[0] if len(listed) == 1 else listed

    def _require_shape(self) -> None:
        """Refuse to invent weights for a prediction; a subclass may know more."""

    # -- files ----------------------------------------------------------------------------------

    @property
    def built_for(self) -> Any:
        """The inputs that have to be known to build the model again beside its configuration, or None."""
        return None if self.graph is not None and _takes_graph(type(self)) else self._built_for

    def get_config(self) -> Configuration:
        """Return the configuration: the graph of a functional model, the base's arguments of a subclass."""
        config = {"name": self.name, "trainable": self.trainable}
        if self.graph is None or not _takes_graph(type(self)):
            config = {**config, "dtype": self.dtype}
            kind: Any = type(self)
            if is_own(kind) or kind.get_config is not Model.get_config:
                return config
            return accepted_by(kind, {**config, **noted_arguments(self)})
        return {**config, **graph_configuration(self.graph)}

    @classmethod
    def from_config(cls, config: Configuration, custom_objects: Any = None) -> Any:
        """Build a model from what :meth:`get_config` returned, with new weights.

        Args:
            config: The configuration.
            custom_objects: A user's own classes by name.

        Raises:
            FileFormatError: If it is no configuration of a model.
        """
        if not (_takes_graph(cls) and {"layers", "calls"} <= set(config)):
            return cls(**config)
        with building(custom_objects):
            inputs, outputs = graph_from_configuration(config)
        own = _arguments_beside_graph(cls)
        extra = {name: value for name, value in config.items() if name in own}
        return cls(inputs, outputs, name=config.get("name"), trainable=config.get("trainable", True), **extra)

    def to_json(self, **kwargs: Any) -> str:
        """Return the architecture as text, for ``model_from_json``; ``kwargs`` go to ``json.dumps``."""
        return model_file.model_text(self, **kwargs)

    def save(
        self,
        filepath: Any,
        overwrite: bool = True,
        include_optimizer: bool = True,
        save_format: str | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the model to a file; see :func:`ranvier.models.save_model`."""
        model_file.require_format(filepath, save_format)
        model_file.write_model(
            self, filepath, overwrite=overwrite, include_optimizer=include_optimizer, metadata=metadata
        )

    def save_weights(
        self,
        filepath: Any,
        overwrite: bool = True,
        save_format: str | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the weights alone to a file.

        Args:
            filepath: The file; its name decides the form: ``.safetensors`` is Ranvier's own, ``.weights.h5`` that of
                Keras 3, ``.h5`` that of Keras 2.
            overwrite: Whether a file of that name may be replaced.
            save_format: Keras 2's name of the form, such as ``"h5"``; the name of the file must stand for the same.
            metadata: What to keep beside the weights, as JSON types.
        """
        model_file.require_format(filepath, save_format)
        model_file.write_weights(self, filepath, overwrite=overwrite, metadata=metadata)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False) -> None:
        """Read the weights from a file that :meth:`save_weights` or :meth:`save` wrote, or Keras.

        Args:
            filepath: The file.
            skip_mismatch: Whether weights that do not fit are left out, with a warning.

        Raises:
            FileFormatError: If it is no such file, is damaged, or belongs to another architecture; then no
                weight has changed.
            NotBuiltError: If the model has no weights yet.
        """
        model_file.load_weights(self, filepath, skip_mismatch=skip_mismatch)

    def export(
        self,
        filepath: Any,
        format: str | None = None,
        verbose: Any = None,
        input_signature: Any = None,
        *,
        input_dtype: Any = None,
        class_names: Any = None,
        title: str | None = None,
    ) -> None:
        """Write the model to a file that predicts without Ranvier, once it was seen to predict the same.

        Args:
            filepath: The file: ``.onnx`` for ONNX, with any number of rows; ``.py`` for one file of Python that
                needs NumPy alone.
            format: ``"onnx"`` or ``"python"``; what the name of the file says when None.
            verbose: Whether to print a line about the file.
            input_signature: The shapes and dtypes of the inputs, a list of ``InputSpec`` or the like, where the
                model does not know them or sizes are to be fixed.
            input_dtype: The dtype in which data enter the file, such as ``"uint8"`` for pixels; a dict by
                name for several inputs; that of the model when None.
            class_names: The names of the classes; the file then also answers with the name of the most
                probable one.
            title: What the file says it is; the name of the model when None.

        Raises:
            MissingExtraError: If the package ``onnx`` is needed and not installed.
            UnsupportedError: If the format is not offered, or a layer does something that has no form in a file.
            NotBuiltError: If the shape of the inputs is not known.
            FileWriteError: If the file would predict something else, or cannot be written; then there is none.
        """
        export_network(
            self,
            filepath,
            format,
            verbose=bool(verbose),
            input_signature=input_signature,
            input_dtype=input_dtype,
            class_names=class_names,
            title=title,
        )

    # -- showing --------------------------------------------------------------------------------

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the table of the layers.

        Args:
            line_length: The width of the table in characters.
            positions: The right ends of the columns, as fractions of the width.
            print_fn: Called with the whole text; ``print`` when None.
            expand_nested: Whether the layers of models within the model are listed too.
            show_trainable: Whether a column tells which layers are trained.
            layer_range: Patterns of the names of the first and the last layer to list.
        """
        text = summary_text(
            self,
            line_length=line_length,
            positions=positions,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )
        show(text, print_fn)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _specs_for_files(inputs: Any) -> Any:
    return jax.tree.map(lambda leaf: Spec((None, *leaf.shape[1:]), str(leaf.dtype)), inputs)


def _arguments_beside_graph(kind: Any) -> set[str]:
    base: Any = Model
    return set(constructor_parameters(kind)) - set(constructor_parameters(base))


def _takes_graph(kind: Any) -> bool:
    return {"inputs", "outputs"} <= set(constructor_parameters(kind))


def _specs_of(shapes: Any) -> Any:
    def is_shape(value: Any) -> bool:
        return isinstance(value, tuple | list) and all(
            size is None or isinstance(size, int | np.integer) for size in value
        )

    return jax.tree.map(
        lambda shape: jax.ShapeDtypeStruct(_whole(shape), np.float32), shapes, is_leaf=is_shape
    )


def _whole(shape: Any) -> tuple[int, ...]:
    return tuple(2 if size is None else int(size) for size in shape)
