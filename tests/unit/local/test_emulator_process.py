import zipfile
from pathlib import Path

import pytest

from local.emulator_process import LinkedZip


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    file = tmp_path / "code.zip"
    with zipfile.ZipFile(file, "w") as packing:
        packing.writestr("pkg/handler.py", "x = 1\n")
    return file


def unpack(packed: Path, folder: Path) -> Path:
    folder.mkdir()
    with LinkedZip(packed) as packing:
        packing.extractall(folder)
    return folder


def test_a_zip_is_unpacked_once_and_linked(packed: Path, tmp_path: Path) -> None:
    first, second = (unpack(packed, tmp_path / name) for name in ("first", "second"))

    assert (first / "pkg" / "handler.py").read_text() == "x = 1\n"
    assert first.resolve() == second.resolve()


def test_another_content_has_a_folder_of_its_own(packed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as packing:
        packing.writestr("pkg/handler.py", "x = 2\n")

    first, second = (unpack(file, tmp_path / file.stem) for file in (packed, other))

    assert (first / "pkg" / "handler.py").read_text() == "x = 1\n"
    assert (second / "pkg" / "handler.py").read_text() == "x = 2\n"


def test_a_folder_that_holds_something_is_filled_as_usual(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")

    with LinkedZip(packed) as packing:
        packing.extractall(tmp_path)

    assert not tmp_path.is_symlink()
    assert (tmp_path / "pkg" / "handler.py").exists()
