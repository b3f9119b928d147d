from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import weakref
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ranvier.errors import DataError, FileFormatError, RanvierError, UnknownNameError
from ranvier.tables import sources
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.table import read_table

PLAIN = b"a,b\n1,x\n2,y\n"
ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def _packed(data: bytes, compression: str) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, compression) as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", PLAIN),
        ("no_end.csv", PLAIN.rstrip()),
        ("windows.csv", PLAIN.replace(b"\n", b"\r\n")),
        ("mac.csv", PLAIN.replace(b"\n", b"\r")),
        ("bom.csv", b"\xef\xbb\xbf" + PLAIN),
        ("blank_lines.csv", b"\n\r\na,b\n\n1,x\n2,y\n\n"),
        ("blanks.csv", b" a , b \n 1 , x\n2 ,y \n"),
        ("quoted.csv", b'"a","b"\n"1","x"\n"2","y"\n'),
        ("table.tsv", PLAIN.replace(b",", b"\t")),
        ("table.ssv", PLAIN.replace(b",", b";")),
        ("table.psv", PLAIN.replace(b",", b"|")),
        ("utf16.csv", PLAIN.decode().encode("utf-16")),
        ("utf16_without_mark.csv", PLAIN.decode().encode("utf-16-be")),
        ("table.csv.gz", gzip.compress(PLAIN, mtime=0)),
        ("two_members.csv.gz", gzip.compress(PLAIN[:6], mtime=0) + gzip.compress(PLAIN[6:], mtime=0)),
        ("unnamed_gzip", gzip.compress(PLAIN, mtime=0)),
        ("table.csv.bz2", bz2.compress(PLAIN)),
        ("table.csv.xz", lzma.compress(PLAIN)),
        ("table.csv.zst", _packed(PLAIN, "zstd")),
        ("table.csv.lz4", _packed(PLAIN, "lz4")),
        ("table.csv.br", _packed(PLAIN, "brotli")),
    ],
)
def test_the_same_table_in_many_guises(read: Any, name: str, content: bytes) -> None:
    assert read(content, name).frame.to_pylist() == ROWS


@pytest.mark.parametrize("packed", [False, True])
def test_columnar_files(write: Any, tmp_path: Any, packed: bool) -> None:
    frame = pa.table(
        {
            "a": pa.array([1, 2], pa.int8()),
            "b": pa.array(["x", "y"]).dictionary_encode(),
            "c": pa.array([1.5, float("inf")]),
            "d": pa.array([datetime(2020, 1, 2), None], pa.timestamp("ns", "Europe/Paris")),
            "e": pa.array([True, None]),
            "f": pa.array(["1", "NA"], pa.large_string()),
            "g": pa.nulls(2),
        }
    )
    sink = io.BytesIO()
    parquet.write_table(frame, sink)
    parquet_bytes = gzip.compress(sink.getvalue(), mtime=0) if packed else sink.getvalue()
    arrow = io.BytesIO()
    with pa.ipc.new_file(arrow, frame.schema) as writer:
        writer.write_table(frame)
    for name, content in (("t.parquet", parquet_bytes), ("t.arrow", arrow.getvalue())):
        table = read_table(str(write(content, name)), ReadingOptions())
        assert [column.type for column in table.columns] == [
            "integer", "text", "number", "date", "boolean", "integer", "empty",
        ]  # fmt: skip
        assert table.frame.to_pylist() == [
            {"a": 1, "b": "x", "c": 1.5, "d": datetime(2020, 1, 2), "e": True, "f": 1, "g": None},
            {"a": 2, "b": "y", "c": None, "d": None, "e": None, "f": None, "g": None},
        ]
        assert any("'c' is infinite, first in row 2" in remark for remark in table.remarks)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(gzip.compress(PLAIN, mtime=0))

    monkeypatch.setattr(sys, "stdin", Input)
    table = read_table("-", ReadingOptions())
    assert (table.name, table.frame.to_pylist()) == ("standard input", ROWS)


@pytest.mark.parametrize(
    ("values", "options", "kind", "read_as"),
    [
        (["1", "2"], {}, "integer", [1, 2]),
        (["1", "2.5"], {}, "number", [1.0, 2.5]),
        (["1", "+2", "-3e2", ".5", "5."], {}, "number", [1, 2, -300, 0.5, 5]),
        (["1", "", "NA", "?", "null", "None", "-", "nan", "N/A"], {}, "integer", [1] + [None] * 8),
        (["1", "x"], {"missing": ("x",)}, "integer", [1, None]),
        (["1", "NA"], {"missing": ("x",)}, "text", ["1", "NA"]),
        (["", ""], {}, "empty", [None, None]),
        (["yes", "No", "YES"], {}, "boolean", [True, False, True]),
        (["true", "0", "1", "FALSE"], {}, "boolean", [True, False, True, False]),
        (["t", "f", ""], {}, "boolean", [True, False, None]),
        (["t", "n"], {}, "text", ["t", "n"]),
        (["0", "1"], {}, "integer", [0, 1]),
        (["01234", "99999"], {}, "text", ["01234", "99999"]),
        (["0", "0.5"], {}, "number", [0, 0.5]),
        (["0x10", "3"], {}, "text", ["0x10", "3"]),
        (["12345678901234567890", "1"], {}, "text", ["12345678901234567890", "1"]),
        (["1_000", "1"], {}, "text", ["1_000", "1"]),
        (["2,5", "3"], {}, "number", [2.5, 3]),
        (["2,5", "3"], {"decimal": "."}, "text", ["2,5", "3"]),
        (["2,5", "3"], {"decimal": ","}, "number", [2.5, 3]),
        (["2.5", "3"], {"decimal": ","}, "text", ["2.5", "3"]),
        (["1.234,5", "-2"], {"decimal": ",", "thousands": "."}, "number", [1234.5, -2]),
        (["1,234,567", "5"], {"thousands": ","}, "integer", [1234567, 5]),
        (["12,34", "5"], {"thousands": ","}, "text", ["12,34", "5"]),
        (["1 234", "5"], {"thousands": " "}, "integer", [1234, 5]),
        (["1\u202f234", "5"], {"thousands": " "}, "integer", [1234, 5]),
        (["inf", "2"], {}, "number", [None, 2]),
        (["2020-01-02", "2020-01-03"], {}, "date", [datetime(2020, 1, 2), datetime(2020, 1, 3)]),
        (["2020-01-02T03:04:05.123456789"], {}, "date", [datetime(2020, 1, 2, 3, 4, 5, 123456)]),
        (["2020-01-02 03:04+02:00"], {}, "date", [datetime(2020, 1, 2, 1, 4)]),
        (["31.12.1999", "1.1.2000"], {}, "date", [datetime(1999, 12, 31), datetime(2000, 1, 1)]),
        (["1/2/2000", "25/2/2000"], {}, "date", [datetime(2000, 2, 1), datetime(2000, 2, 25)]),
        (["1/2/2000 5:06 PM"], {}, "date", [datetime(2000, 1, 2, 17, 6)]),
        (["1/2/99", "12/25/99"], {}, "date", [datetime(1999, 1, 2), datetime(1999, 12, 25)]),
        (["Mar 3, 2020", "March 13, 2020"], {}, "date", [datetime(2020, 3, 3), datetime(2020, 3, 13)]),
        (["2020-02-30", "2020-01-01"], {}, "text", ["2020-02-30", "2020-01-01"]),
        (["1.2.3", "2.0.1"], {}, "text", ["1.2.3", "2.0.1"]),
        (["a\nb", 'say ""x""', "c"], {}, "text", ["a\nb", 'say "x"', "c"]),
    ],
)
def test_kinds_of_values(read: Any, values: list[str], options: Any, kind: str, read_as: list[Any]) -> None:
    content = "n,v\n" + "".join(f'{number},"{value}"\n' for number, value in enumerate(values))
    table = read(content, **options)
    assert (table.column("v").type, table.frame["v"].to_pylist()) == (kind, read_as)


def test_types_fit_every_row_and_not_the_first_block(read: Any) -> None:
    rows = 700_000  # more than one block of bytes
    table = read("a,b,c\n" + "1,2,3\n" * rows + "1,abc,2.5\n" + "2,3,4\n")
    assert [column.type for column in table.columns] == ["integer", "text", "number"]
    assert table.rows == rows + 2
    assert table.frame["b"][rows].as_py() == "abc"
    (remark,) = table.remarks
    assert (
        "'b' holds numbers in 700,001 of 700,002 rows and something else in 1, first 'abc' in row 700,001"
        in remark
    )
    assert "`--missing abc`" in remark


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["1,5", "2,5"], "Numbers have decimal commas ('1,5' in 'v'); `--decimal .` takes them as text."),
        (
            ["1.234,5", "2.345,5"],
            "points between thousands ('1.234,5') and is taken as text. `--decimal , --thousands .`",
        ),
        (["1,234.5", "2,345"], "commas between thousands ('1,234.5') and is taken as text. `--thousands ,`"),
        (["1 234", "2 345"], "spaces between thousands"),
        (["1'234", "2'345"], "apostrophes between thousands"),
        (["$1.50", "$2"], "signs of currency ('$1.50') and is taken as text."),
        (["5 %", "6%"], "percent signs"),
        (["007", "12"], "digits that read as a name, first '007' in row 1"),
        (["1/2/2000", "3/4/2000"], "could be month or day first; month first is taken"),
        (["1-2-2000", "3-4-2000"], "could be day or month first; day first is taken"),
        (["2020-02-28", "2020-02-30"], "but '2020-02-30' in row 2 has another form than most, or is no day"),
        (["2020-01-02", "03.04.2021", "2020-01-03"], "'03.04.2021' in row 2 has another form"),
        (["3", "-Infinity"], "is infinite, first in row 2 (-infinity)"),
    ],
)
def test_remarks(read: Any, values: list[str], words: str) -> None:
    (remark,) = read(
        "n,v\n" + "".join(f'{number},"{value}"\n' for number, value in enumerate(values))
    ).remarks
    assert words.lower() in remark.lower()


def test_points_between_thousands_beside_decimal_commas(read: Any) -> None:
    content = "km;price\n1.221;1,5\n250.000;2,5\n"
    (remark,) = read(content, decimal=",").remarks
    assert "'km' looks like numbers with points between thousands ('1.221')" in remark
    assert "`--decimal , --thousands .` reads them as numbers" in remark
    table = read(content, decimal=",", thousands=".")
    assert table.frame["km"].to_pylist() == [1221, 250000]


def test_the_markers_that_count_already_are_kept(read: Any) -> None:
    (remark,) = read("v,n\n1,0\nNA,0\n2,0\nnone given,0\n").remarks
    assert remark.endswith("add `--missing 'none given' --missing NA`.")


def test_words_bring_no_remarks(read: Any) -> None:
    assert read("n,v\n1,red\n2,blue\n3,2\n").remarks == ()


def test_markers_of_missing_values_are_counted(read: Any) -> None:
    column = read("a,b\n1,NA\n2,\n3,NA\n4,x\n").column("b")
    assert (column.missing, dict(column.markers)) == (3, {"NA": 2, "": 1})


def test_classes_are_kept_as_they_are_written(read: Any) -> None:
    assert read("a,b\n1,Yes\n2,no\n", verbatim=["b"]).frame["b"].to_pylist() == ["Yes", "no"]


def test_what_was_found_out_is_told(read: Any) -> None:
    table = read("a;b\n1;é\n".encode("cp1252"))
    assert table.options == ReadingOptions(delimiter=";", encoding="cp1252", header=True, decimal=".")
    assert table.description == "text, semicolon between columns, cp1252"
    assert "Not UTF-8 from line 2 on; read as cp1252" in table.remarks[0]


def test_the_encoding_is_judged_by_the_whole_file(read: Any) -> None:
    table = read(b"a,b\n" + b"1,e\n" * 600_000 + b"1,\xe9\n")
    assert table.frame["b"][-1].as_py() == "é"
    assert "line 600,002" in table.remarks[0]


def test_text_without_a_line_of_names(read: Any) -> None:
    table = read("5.1,x\n4.9,y\n", header=False)
    assert table.frame.to_pylist()[0] == {"column_1": 5.1, "column_2": "x"}


@pytest.mark.parametrize("header", ["country,2019,2020,2021", "2019,2020,2021,2022"])
def test_years_are_names(read: Any, header: str) -> None:
    assert read(f"{header}\n1,2,3,4\n").frame.column_names == header.split(",")


def test_blank_names_are_numbered(read: Any) -> None:
    assert read(",b\n7,2\n8,3\n").frame.column_names == ["column_1", "b"]


def test_a_row_longer_than_a_block(read: Any) -> None:
    long = "x" * 5_000_000
    assert read(f"a,b\n1,{long}\n2,y\n").frame["b"][0].as_py() == long


def test_many_columns(read: Any) -> None:
    names = [f"c{number}" for number in range(3000)]
    table = read(",".join(names) + "\n" + ",".join("1" * 3000) + "\n")
    assert table.frame.shape == (1, 3000)


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", {}, "is empty"),
        (b"\n\n  \n", {}, "nothing but blank lines"),
        (b"a,b\n", {}, "has no rows, only the names"),
        (b"a,b", {}, "has no rows, only the names"),
        (_packed(b"a,b\n1,2\n1,2,3\n", "zstd"), {}, "line 3 has 3 values where 2 were expected"),
        (b"a,b\n1,2\n1,2,3\n", {}, "line 3 has 3 values where 2 were expected: '1,2,3'"),
        (b"a,b\n1,2\n\n1\n", {}, "line 4 has 1 values where 2 were expected: '1'"),
        (b'a,b\n1,"x\ny"\n1\n', {}, "line 4 has 1 values where 2"),
        (b'a,b\n"x\ny",1,2\n', {}, "lines 2 to 3 have 3 values where 2"),
        (b'a,b\n1,"2\n1,2\n', {}, "the quotation mark that opens in line 2 is never closed"),
        (b"a,a,b,b\n1,2,3,4\n", {}, "more than one is called 'a', 'b'"),
        (
            b"5.1,3.5,x\n4.9,3.0,y\n",
            {},
            "looks like values, not like the names of columns: '5.1', '3.5', 'x'",
        ),
        (b"a,b\n1,\xe9\n", {"encoding": "utf-8"}, "is not encoded in utf-8"),
        (b"a,b\n" + b"1,2\n" * 90_000 + b"1,\xe9\n", {"encoding": "utf-8"}, "is not encoded in utf-8"),
        (b"a,b\n" + b"1,2\n" * 90_000 + b"1,\x81\n", {"encoding": "cp1252"}, "is not encoded in cp1252"),
        (b"a,b\n1,\xe9\n", {"encoding": "utf-9"}, "Unknown encoding; received: 'utf-9'"),
        (b"a,b\n1,\xe9\n", {"encoding": "zlib"}, "Unknown encoding; received: 'zlib'"),
        (bytes(range(256)) * 10, {}, "holds bytes that are no text"),
        (b"PK\x03\x04rest", {}, "is a ZIP archive or an Excel workbook"),
        (b"<!DOCTYPE html><html>", {}, "is a web page"),
        (b'[{"a": 1}]', {}, "is JSON"),
        (b"PAR1nothing", {}, "damaged or not complete"),
        (b"ARROW1nothing", {}, "damaged or not complete"),
        (
            gzip.compress(PLAIN * 1000, mtime=0)[:60],
            {},
            r"cannot be unpacked \(gzip\): it is damaged or ends too early",
        ),
        (_packed(PLAIN * 1000, "zstd")[:20], {}, "cannot be unpacked"),
    ],
)
def test_files_that_cannot_be_read(read: Any, content: bytes, options: Any, words: str) -> None:
    with pytest.raises(RanvierError, match=words):
        read(content, **options)


def test_a_missing_file_names_the_closest(write: Any) -> None:
    path = write(PLAIN, "houses.csv")
    with pytest.raises(DataError, match=r"There is no file .*house.csv'. Did you mean .*houses.csv'\?"):
        read_table(str(path.with_name("house.csv")), ReadingOptions())
    with pytest.raises(DataError, match="which is a folder"):
        read_table(str(path.parent), ReadingOptions())


def test_repeated_names_in_parquet_are_refused(write: Any) -> None:
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), sink)
    with pytest.raises(DataError, match="more than one is called 'a'"):
        read_table(str(write(sink.getvalue())), ReadingOptions())


def test_damage_in_the_middle_of_a_parquet_file(write: Any) -> None:
    sink = io.BytesIO()
    parquet.write_table(pa.table({"a": np.random.default_rng(0).normal(size=5000)}), sink, compression="zstd")
    content = bytearray(sink.getvalue())
    content[20:2000] = bytes(1980)
    with pytest.raises(FileFormatError, match="damaged or not complete"):
        read_table(str(write(bytes(content))), ReadingOptions())


def test_unknown_columns_name_the_closest(read: Any) -> None:
    with pytest.raises(UnknownNameError, match=r"received: 'prize'\. Did you mean 'price'"):
        read("price,b\n1,2\n", verbatim=["prize"])
    with pytest.raises(UnknownNameError, match="Did you mean 'price'"):
        read("price,b\n1,2\n").column("pric")


@pytest.mark.parametrize(
    ("content", "options", "types"),
    [
        ("a;b\n1,5;2\n2,5;-,5\n", {}, ["number", "number"]),
        ("a;b\n1,5;2.5\n2,5;3\n", {}, ["text", "number"]),  # one mark for a table
        ("a;b\n1,5;x\n2,5;y\n", {"decimal": "."}, ["text", "text"]),
        ("a;b\n1,5;1,5\n2,5;x\n", {}, ["number", "text"]),
        ("a;b\n1.500;1\n2.500,5;2\n", {"thousands": "."}, ["number", "integer"]),
        ('a,b\n"1,500",1\n"2,500",2\n', {}, ["text", "integer"]),
    ],
)
def test_the_decimal_mark_is_found(read: Any, content: str, options: Any, types: list[str]) -> None:
    assert [column.type for column in read(content, **options).columns] == types


@pytest.mark.parametrize("largest", [2**63 - 1, 2**64 - 1])
def test_whole_numbers_beyond_those_with_a_sign(tmp_path: Path, largest: int) -> None:
    parquet.write_table(pa.table({"n": pa.array([1, largest], pa.uint64())}), tmp_path / "t.parquet")
    table = read_table(str(tmp_path / "t.parquet"), ReadingOptions())
    assert table.columns[0].type == ("integer" if largest < 2**63 else "number")
    assert table.frame["n"].to_pylist() == [1, largest if largest < 2**63 else 2.0**64]


def test_nothing_holds_a_file_that_was_read(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow's own thread would abort the process if it let go of the file while Python ends."""
    opened: list[Any] = []

    class Watched(sources._Readable):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            opened.append(weakref.ref(self))

    monkeypatch.setattr(sources, "_Readable", Watched)
    path = str(write("a,b\n" + "1,x\n" * 300))
    for _ in range(25):
        read_table(path, ReadingOptions())
        assert [each() for each in opened] == [None] * len(opened)
    for content, words in ((b"a,b\n1,x\n2,y\n3\n", "line 4"), (b"a,b\n1,\x81\n", "not encoded in cp1252")):
        with pytest.raises(DataError, match=words) as caught:
            read_table(str(write(content, "wrong.csv")), ReadingOptions(encoding="cp1252"))
        assert [each() for each in opened] == [None] * len(opened), caught
    with sources.open_source(path, ReadingOptions()) as source:
        next(source.blocks())  # the rest is not wanted
    assert [each() for each in opened] == [None] * len(opened)


def test_arrow_streams(tmp_path: Path) -> None:
    frame = pa.table({"a": [1, 2], "b": ["x", "y"]})
    with pa.ipc.new_stream(tmp_path / "t.arrows", frame.schema) as writer:
        writer.write_table(frame)
    table = read_table(str(tmp_path / "t.arrows"), ReadingOptions())
    assert (table.frame.to_pylist(), table.description) == (ROWS, "Arrow")
    (tmp_path / "t.arrows").write_bytes((tmp_path / "t.arrows").read_bytes()[:-60])
    with pytest.raises(FileFormatError, match="damaged or not complete"):
        read_table(str(tmp_path / "t.arrows"), ReadingOptions())


def test_columns_that_no_model_takes(tmp_path: Path) -> None:
    frame = pa.table(
        {
            "list": pa.array([[1], [2]]),
            "clock": pa.array([90, 30], pa.time32("s")),
            "while": pa.array([1_500, None], pa.duration("ms")),
        }
    )
    parquet.write_table(frame, tmp_path / "t.parquet")
    table = read_table(str(tmp_path / "t.parquet"), ReadingOptions())
    assert [(column.type, column.foreign) for column in table.columns] == [
        ("empty", "list<element: int64>"),
        ("number", None),
        ("number", None),
    ]
    assert table.frame.to_pydict() == {"list": [None, None], "clock": [90, 30], "while": [1.5, None]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"delimiter": ",,"}, "must be one character"),
        ({"delimiter": '"'}, "must be one character"),
        ({"decimal": ";"}, "must be '.' or ','"),
        ({"thousands": "x"}, "mark of thousands must be one of"),
        ({"thousands": ".", "decimal": "."}, "cannot both be"),
    ],
)
def test_options_that_cannot_be(options: Any, words: str) -> None:
    with pytest.raises(RanvierError, match=words):
        ReadingOptions(**options)
