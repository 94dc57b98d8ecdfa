"""Build the artifact of the Lambda functions: ``make bundle``.

The same source gives the same bytes: versions and hashes are pinned, entries are sorted and carry
no time.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

from bundle.contents import needed

ROOT = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# uv's names of the platforms of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
PLATFORMS = {"arm64": "aarch64-manylinux2014", "x86_64": "x86_64-manylinux2014"}
PYTHON_VERSION = "3.13"


def build(directory: Path, architecture: str, python_version: str = PYTHON_VERSION) -> Path:
    """Build the artifact and return its path.

    Args:
        directory: where to put it.
        architecture: ``arm64`` or ``x86_64``.
        python_version: the version of Lambda's Python.

    Raises:
        subprocess.CalledProcessError: when a distribution can't be built or installed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        wheels, tree = Path(temporary) / "wheels", Path(temporary) / "tree"
        # By way of the source distribution, so that nothing left in the tree gets in.
        _run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(wheels), str(ROOT))
        (wheel,) = wheels.glob("*.whl")
        _run(
            str(Path(sys.executable).with_name("uv")), "pip", "install", "--target", str(tree),
            "--python-platform", PLATFORMS[architecture], "--python-version", python_version,
            "--only-binary", ":all:", "--no-deps", "--require-hashes", "--link-mode", "copy",
            "-r", str(REQUIREMENTS),
        )  # fmt: skip
        with zipfile.ZipFile(wheel) as opened:
            opened.extractall(tree)
        version = wheel.name.split("-")[1]
        artifact = directory / f"prowler-bedrock-{version}-lambda-{architecture}.zip"
        directory.mkdir(parents=True, exist_ok=True)
        _write(tree, Path(temporary) / artifact.name)
        shutil.move(Path(temporary) / artifact.name, artifact)
    return artifact


def _write(tree: Path, artifact: Path) -> None:
    names = (path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
    with zipfile.ZipFile(artifact, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in needed(names):
            entry = zipfile.ZipInfo(name)  # of 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, (tree / name).read_bytes())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def main() -> None:
    """Build the artifact, and print what a deployment wants to know of it."""
    parser = argparse.ArgumentParser(description="Build the artifact of the Lambda functions.")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--directory", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    try:
        artifact = build(options.directory, options.architecture)
    except subprocess.CalledProcessError as error:
        said = f"{error.stdout}{error.stderr}".strip()
        raise SystemExit(
            f"{said}\n{' '.join(error.cmd[:4])} ended with {error.returncode}."
        ) from error
    with zipfile.ZipFile(artifact) as archive:
        unzipped = sum(entry.file_size for entry in archive.infolist())
    print(artifact)
    print(f"zipped   {artifact.stat().st_size / 1e6:.1f} MB")
    print(f"unzipped {unzipped / 1e6:.1f} MB")
    print(f"sha256   {sha256(artifact.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
