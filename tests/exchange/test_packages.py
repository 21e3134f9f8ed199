"""What is opened as a package and what is not: folders, zips, and what only looks like one."""

import stat
import struct
import zipfile

import pytest

from summitkb.exchange import archives
from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.packages import Package, open_package
from tests.exchange.small import TEXTS, changed, read_all, write, zipped


def refusal(path):
    with pytest.raises(Refused) as refused, open_package(path):
        pass
    return str(refused.value)


def problems(path):
    with open_package(path) as package:
        return [str(problem) for problem in check(package)]


def make_zip(path, entries):
    """A zip of (name or ZipInfo, data) pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return path


@pytest.mark.parametrize("below", ["", "tashkent/", "über ordner/"])
def test_a_zip_is_read_like_the_folder_that_it_holds(tmp_path, below):
    folder = write(tmp_path / "p")

    with open_package(zipped(folder, tmp_path / "p.zip", below)) as package:
        names = set(package.sizes)
        found = [list(package.rows(name)) for name in TEXTS]
        assert list(check(package)) == []
    with open_package(folder) as package:
        assert names == set(package.sizes) == set(read_all(folder))
        assert found == [list(package.rows(name)) for name in TEXTS]


def test_problems_of_a_zip_are_those_of_the_folder(tmp_path):
    folder = write(tmp_path / "p", changed("topics", "water,Water,", "water,,"))

    expected = ["topics.csv:4: name: is empty; a value is needed here"]
    assert problems(folder) == problems(zipped(folder, tmp_path / "p.zip", "p/")) == expected


def test_what_tools_add_to_a_zip_is_left_alone_and_so_is_an_archive_within(tmp_path):
    path = zipped(write(tmp_path / "p"), tmp_path / "p.zip", "p/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("p/more")
        for name in ("__MACOSX/p/._topics.csv", "p/inner.zip", "p/README.md", "p/more/x.csv"):
            archive.writestr(name, "anything")

    assert problems(path) == []


def test_rows_can_be_read_again_and_while_others_are_read(tmp_path):
    with open_package(zipped(write(tmp_path / "p"), tmp_path / "p.zip")) as package:
        both = zip(package.rows("topics"), package.rows("topics"), strict=True)
        assert all(one == other for one, other in both)
        assert [line for line, _ in package.rows("topics")] == [2, 3, 4]


NAMES = [
    ("../topics.csv", "“../topics.csv”"),
    ("p/../../topics.csv", "“p/../../topics.csv”"),
    ("/etc/passwd", "“/etc/passwd”"),
    ("..\\topics.csv", "“..\\topics.csv”"),
    ("C:/topics.csv", "“C:/topics.csv”"),
    ("./topics.csv", "“./topics.csv”"),
    ("p//topics.csv", "“p//topics.csv”"),
]


@pytest.mark.parametrize(("name", "told"), NAMES)
def test_a_name_that_leads_out_of_its_folder_is_refused(tmp_path, name, told):
    path = make_zip(tmp_path / "p.zip", [("sources.csv", "x"), (name, "x")])

    assert refusal(path) == f"holds {told}; accepted are plain names of files"


def test_a_name_cut_short_by_a_nul_is_refused(tmp_path):
    path = make_zip(tmp_path / "p.zip", [("topics.csvX.exe", "x")])
    path.write_bytes(path.read_bytes().replace(b"topics.csvX.exe", b"topics.csv\0.exe"))

    assert refusal(path) == "holds “topics.csv\\x00.exe”; accepted are plain names of files"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_is_refused(tmp_path, kind):
    entry = zipfile.ZipInfo("topics.csv")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    path = make_zip(tmp_path / "p.zip", [(entry, "/etc/passwd")])

    assert refusal(path) == "holds “topics.csv”, which is a link or a device; accepted are files"


@pytest.mark.filterwarnings("ignore:Duplicate name")  # which is what the test is about
def test_a_name_that_comes_twice_is_refused(tmp_path):
    path = make_zip(tmp_path / "p.zip", [("topics.csv", "x"), ("topics.csv", "y")])

    assert refusal(path) == "holds “topics.csv” twice; accepted is each file once"


def test_an_encrypted_file_is_refused(tmp_path):
    path = make_zip(tmp_path / "p.zip", [("topics.csv", "x")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the list of contents
    path.write_bytes(data)

    assert refusal(path) == (
        "holds “topics.csv”, which is encrypted; accepted are files that are not"
    )


def test_another_way_of_packing_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("topics.csv", "x")

    assert refusal(tmp_path / "p.zip") == (
        "holds “topics.csv”, packed in an unknown way; accepted is Deflate"
    )


def test_a_bomb_is_refused_without_being_unpacked(tmp_path, monkeypatch):
    path = make_zip(tmp_path / "p.zip", [("topics.csv", b"0" * 30_000_000)])
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # whoever unpacks fails

    times = 30_000_000 // path.stat().st_size
    assert times > 900
    assert refusal(path) == f"would unpack to {times} times its size; accepted is up to 100 times"


def test_what_is_too_large_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    path = make_zip(tmp_path / "p.zip", [("topics.csv", "x" * 600), ("people.csv", "x" * 500)])

    assert refusal(path) == "would unpack to 1100 bytes; accepted are up to 1000"


def test_too_many_entries_are_refused(tmp_path):
    path = make_zip(tmp_path / "p.zip", [(f"{number}.txt", "") for number in range(1001)])

    assert refusal(path) == "has 1001 entries; accepted are up to 1000"


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says(tmp_path):
    path = make_zip(tmp_path / "p.zip", [("topics.csv", b"0" * 30_000_000)])
    data = bytearray(path.read_bytes())
    size_unpacked = data.index(b"PK\x01\x02") + 24  # in the list of contents
    struct.pack_into("<I", data, size_unpacked, 5)
    path.write_bytes(data)

    with open_package(path) as package:
        assert package.sizes == {"topics.csv": 5}
        assert package.header("topics") == (
            "the file cannot be read from here on (Bad CRC-32 for file 'topics.csv')"
        )


def test_a_damaged_file_in_a_zip_is_told_and_the_others_are_checked(tmp_path):
    folder = write(tmp_path / "p", changed("figures", ",about,", ",nearly,"))
    path = zipped(folder, tmp_path / "p.zip")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("agreements.csv")
    data = bytearray(path.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + 5] ^= 0xFF
    path.write_bytes(data)

    with open_package(path) as package:
        files = [(problem.file, problem.column) for problem in check(package)]

    assert files[0] == ("agreements.csv", None)
    assert ("figures.csv", "bound") in files


NO_ZIP = "is not a whole zip (File is not a zip file); accepted is a folder or a zip of it"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and then nothing", b"id,name\n"])
def test_what_is_no_zip_is_refused(tmp_path, data):
    path = tmp_path / "p.zip"
    path.write_bytes(data)

    assert refusal(path) == NO_ZIP


def test_half_a_zip_is_refused(tmp_path):
    path = zipped(write(tmp_path / "p"), tmp_path / "p.zip")
    path.write_bytes(path.read_bytes()[:-200])

    assert refusal(path) == NO_ZIP


@pytest.mark.parametrize("name", ["nothing", "nothing.zip", "nothing/at/all", "x" * 300])
def test_what_does_not_exist_is_refused(tmp_path, name):
    assert refusal(tmp_path / name) in (
        "does not exist; accepted is a folder of tables or a zip of it",
        "cannot be read (File name too long)",
    )


def test_a_folder_that_is_named_like_a_table_is_no_table(tmp_path):
    folder = write(tmp_path / "p")
    (folder / "figures.csv").unlink()
    (folder / "figures.csv").mkdir()

    assert problems(folder) == [
        "figures.csv: is missing; accepted is a file with at least a header",
    ]


def test_a_problem_stands_on_one_line_whatever_it_quotes():
    package = Package("p", {}, None)

    assert str(package.problem("topics", 3, "name", "“a\nb\x1b[31m\u2028” is wrong")) == (
        "topics.csv:3: name: “a\\nb\\x1b[31m\\u2028” is wrong"
    )
