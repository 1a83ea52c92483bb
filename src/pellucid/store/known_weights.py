"""Files of weights that are known by their checksums, so that they need no card beside them."""

from __future__ import annotations

from pellucid.store.weights_card import WeightsCard

_ZOO = "ONNX model zoo, through webmachinelearning/test-data"
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

KNOWN_WEIGHTS: tuple[WeightsCard, ...] = (
    WeightsCard(
        name="timm:mobilenetv2_100",
        file="mobilenetv2_100_features.safetensors",
        bytes=9_059_968,
        sha256="6472bf5f1d60f89c75e72d0f904ac8e8eb4d153d65c2825f53e24e65d0ffedf0",
        # The zoo's file has its batch norms folded into the convolutions; this one was given them back.
        source=f"MobileNetV2 of the {_ZOO}; batch norms measured anew",
        licence="Apache-2.0",
        mean=_MEAN,
        std=_STD,
        input_size=224,
        head=False,
    ),
    WeightsCard(
        name="tv:squeezenet1_1",
        file="squeezenet1_1.safetensors",
        bytes=4_946_880,
        sha256="102fa02ec826921aae2c3408f9f154381a466f8210fead01b8aa941ee607e4e8",
        source=f"SqueezeNet 1.1 of the {_ZOO}",
        licence="Apache-2.0",
        mean=_MEAN,
        std=_STD,
        input_size=224,
        head=True,
    ),
)
