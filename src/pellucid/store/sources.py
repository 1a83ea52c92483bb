"""Where `pellucid fetch` gets datasets from, and how each file is known to be the right one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remote:
    """One file to download.

    Attributes:
        url: of the file.
        file: its name in the dataset's folder.
        size: in bytes; None where its publisher does not say.
        algorithm: of the checksum; sha256 wherever one has been published.
        checksum: in hexadecimal; its first digits, where its publisher gives no more.
    """

    url: str
    file: str
    size: int | None
    algorithm: str
    checksum: str


@dataclass(frozen=True)
class Source:
    """A dataset to download.

    Attributes:
        about: what it is, in a few words.
        terms: what its publishers say about its use.
        files: all of it.
    """

    about: str
    terms: str
    files: tuple[Remote, ...]


_IDX = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def _idx(base: str, sizes: tuple[int, ...], checksums: tuple[str, ...]) -> tuple[Remote, ...]:
    return tuple(
        Remote(f"{base}/{file}", file, size, "sha256", checksum)
        for file, size, checksum in zip(_IDX, sizes, checksums, strict=True)
    )


SOURCES: dict[str, Source] = {
    "mnist": Source(
        about="70,000 handwritten digits, 28x28 grey",
        terms="none stated by its authors (LeCun, Cortes, Burges)",
        files=_idx(
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            (9912422, 28881, 1648877, 4542),
            (
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ),
    ),
    "fashion-mnist": Source(
        about="70,000 pieces of clothing, 28x28 grey",
        terms="MIT licence (Zalando SE)",
        files=_idx(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            (26421880, 29515, 4422102, 5148),
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
    ),
    "cifar10": Source(
        about="60,000 pictures of animals and vehicles, 32x32 colour",
        terms="none stated; its authors ask to be cited (Krizhevsky 2009)",
        files=(
            # The binary version: the one for Python is a pickle, which is never read here.
            Remote(
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                "cifar-10-binary.tar.gz",
                170052171,
                "sha256",
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            ),
        ),
    ),
    "flowers": Source(
        about="3,670 photos of daisies, dandelions, roses, sunflowers and tulips",
        terms="Creative Commons Attribution, photo by photo (see LICENSE.txt in it)",
        files=(
            Remote(
                "http://download.tensorflow.org/example_images/flower_photos.tgz",
                "flower_photos.tgz",
                228813984,
                "sha256",
                "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
            ),
        ),
    ),
    "shakespeare": Source(
        about="1.1 million characters of Shakespeare's plays, in one text",
        terms="the text is in the public domain; its selection (A. Karpathy's char-rnn) has the MIT licence",
        files=(
            Remote(
                "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/"
                "data/tinyshakespeare/input.txt",
                "input.txt",
                1115394,
                "sha256",
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            ),
        ),
    ),
    "imagenette": Source(
        about="13,394 photos of ten ImageNet classes, shorter side 160",
        terms="Apache-2.0 for the selection (fast.ai); ImageNet's own terms for the photos",
        files=(
            Remote(
                "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
                "imagenette2-160.tgz",
                None,
                "md5",
                "e793b78cc4c9e9a4ccc0c1155377a412",
            ),
        ),
    ),
}
"""What can be fetched. A set whose publisher gives no checksum, such as hymenoptera (ants and bees), is left out."""
