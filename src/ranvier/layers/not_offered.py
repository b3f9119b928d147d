"""Keras' layers that are not offered, with what to use instead."""

from __future__ import annotations

_ATTENTION = "Attention is not part of this version."
_CATEGORIES = "Prepare categories and text with pandas or scikit-learn, and give `fit` arrays of numbers."
_CONVOLUTION = "Of the convolutions this version has `Conv2D`."
_DROPOUT = "Use `Dropout`."
_EMBEDDING = "Embeddings are not part of this version. `utils.to_categorical` makes one-hot rows of indices."
_FOREIGN = "Write a `Layer` whose `call` runs the function."
_IMAGES = "Change images with NumPy or Pillow before training."
_MASKS = "Sequences with masks are not part of this version."
_PLANES = "This version has the layer for images: `{name}2D`."
_RECURRENT = "Recurrent layers are not part of this version. `Flatten` makes one row of a window of steps, for `Dense`."
_SOUND = "Compute spectra with SciPy before training."
_WRAPPER = "Write a `Layer` that holds the other one and uses it in its `call`."

_GROUPS = {
    _ATTENTION: ("AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"),
    _CATEGORIES: (
        *("CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup"),
        "TextVectorization",
    ),
    _CONVOLUTION: (
        *("Conv1D", "Conv1DTranspose", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "Convolution1D"),
        *("Convolution1DTranspose", "Convolution2DTranspose", "Convolution3D", "Convolution3DTranspose"),
        *("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
        *("SeparableConvolution1D", "SeparableConvolution2D"),
    ),
    _DROPOUT: ("AlphaDropout", "SpatialDropout3D"),
    _EMBEDDING: ("Embedding", "ReversibleEmbedding"),
    _FOREIGN: ("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"),
    _IMAGES: (
        *("AugMix", "AutoContrast", "CenterCrop", "ContrastLimitedAdaptiveHistogramEqualization"),
        *("Cropping1D", "Cropping2D", "Cropping3D", "CutMix", "Equalization", "MaxNumBoundingBoxes", "MixUp"),
        *("Pipeline", "RandAugment", "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter"),
        *("RandomContrast", "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip"),
        *("RandomGaussianBlur", "RandomGrayscale", "RandomHeight", "RandomHue", "RandomInvert"),
        *(
            "RandomPerspective",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
        ),
        *("RandomShear", "RandomTranslation", "RandomWidth", "RandomZoom", "Resizing", "Solarization"),
    ),
    _MASKS: ("Masking",),
    _RECURRENT: (
        *(
            "Bidirectional",
            "ConvLSTM1D",
            "ConvLSTM2D",
            "ConvLSTM3D",
            "CuDNNGRU",
            "CuDNNLSTM",
            "GRU",
            "GRUCell",
        ),
        *("LSTM", "LSTMCell", "RNN", "SimpleRNN", "SimpleRNNCell", "StackedRNNCells"),
    ),
    _SOUND: ("MelSpectrogram", "STFTSpectrogram"),
    _WRAPPER: ("SpectralNormalization", "Wrapper"),
}

_POOLINGS = ("AveragePooling", "AvgPool", "GlobalAveragePooling", "GlobalAvgPool", "GlobalMaxPool")
_IN_TWO_DIMENSIONS = (*_POOLINGS, "GlobalMaxPooling", "MaxPool", "MaxPooling", "UpSampling", "ZeroPadding")

INSTEAD = {
    **{name: sentence for sentence, names in _GROUPS.items() for name in names},
    **{f"{name}{axes}D": _PLANES.format(name=name) for name in _IN_TWO_DIMENSIONS for axes in (1, 3)},
    **{
        f"Adaptive{kind}Pooling{axes}D": "Give `AveragePooling2D` or `MaxPooling2D` the size of its windows."
        for kind in ("Average", "Max")
        for axes in (1, 2, 3)
    },
    "DenseFeatures": _CATEGORIES,
    "EinsumDense": "Use `Dense`, or a `Layer` of your own with `ops.einsum`.",
    "LocallyConnected2D": "Use `Conv2D`.",
    "ThresholdedReLU": "Use `ReLU(threshold=...)`.",
    "TimeDistributed": "`Dense` works on the last axis of arrays of any rank, without it.",
}
"""What to do without each layer, in whole sentences."""
