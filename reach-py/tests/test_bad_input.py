"""Input from people who mean harm: refused with a clear error, or read for what it is."""

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

import reach

DEEP = 100_000


def zipped(files: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def nested(layers: int) -> dict[str, Any]:
    nest: dict[str, Any] = {}
    for _ in range(layers):
        nest = {"Vpcs": nest}
    return nest


@pytest.mark.parametrize(
    "text",
    [
        '{"Vpcs": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"Vpcs": [{"Tags": ' + '{"a": ' * DEEP + "1" + "}" * DEEP + "}]}",
        '{"Unknown": ' + "[" * DEEP + "]" * DEEP + "}",
    ],
)
def test_json_nested_deep(text: str, tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text(text)
    sources: list[Path | bytes] = [tmp_path, text.encode(), zipped({"deep.json": text})]
    for source in sources:
        with pytest.raises(reach.LoadError) as caught:
            reach.load(source)
        assert caught.value.code in ("invalid_json", "invalid_field", "no_describe_answer")
        assert len(str(caught.value)) < 1000


def test_answers_nested_deep() -> None:
    with pytest.raises(reach.LoadError, match="nested too deep") as caught:
        reach.load(nested(DEEP))
    assert (caught.value.code, caught.value.file) == ("invalid_json", "answer 0")


def test_answers_in_a_circle() -> None:
    ring: dict[str, Any] = {}
    ring["Vpcs"] = ring
    with pytest.raises(reach.LoadError, match="ircular"):
        reach.load(ring)


def test_a_zip_bomb_is_stopped_by_what_comes_out() -> None:
    bomb = zipped({"vpcs.json": b" " * 50_000_000})
    assert len(bomb) < 100_000
    start = time.perf_counter()
    with pytest.raises(reach.LoadError, match="more than 10000000 bytes") as caught:
        reach.load(bomb, max_bytes=10_000_000)
    assert caught.value.code == "too_large"
    assert caught.value.file == "data/vpcs.json"
    assert time.perf_counter() - start < 60


def test_a_zip_bomb_of_many_entries() -> None:
    entry = b'{"Vpcs": []' + b" " * 1_000_000 + b"}"
    bomb = zipped({f"{number}.json": entry for number in range(20)})
    with pytest.raises(reach.LoadError, match="in all") as caught:
        reach.load(bomb, max_bytes=10_000_000)
    assert caught.value.code == "too_large"


def test_paths_in_a_zip_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    names = ["../../outside.json", "/etc/outside.json", "..\\outside.json", "a/../../outside.json"]
    answer = '{"Vpcs": [{"VpcId": "vpc-%d"}]}'
    packed = zipped({name: answer % number for number, name in enumerate(names)})
    assert reach.load(packed).counts["vpcs"] == len(names)
    (inside / "snapshot.zip").write_bytes(packed)
    assert reach.load("snapshot.zip").counts["vpcs"] == len(names)
    assert [path.name for path in tmp_path.rglob("*")] == ["inside", "snapshot.zip"]


def test_a_file_of_2_gb_is_refused_by_its_size(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(2_000_000_000)
    start = time.perf_counter()
    for path in (big, tmp_path):
        with pytest.raises(reach.LoadError, match="more than 1073741824 bytes") as caught:
            reach.load(path)
        assert caught.value.code == "too_large"
        assert caught.value.file is not None
        assert caught.value.file.endswith("big.json")
    assert time.perf_counter() - start < 20, "it was read before it was refused"


def test_errors_name_file_resource_and_field(tmp_path: Path) -> None:
    (tmp_path / "groups.json").write_text(
        '{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1",'
        ' "IpPermissions": [{"IpProtocol": 7}]}]}'
    )
    with pytest.raises(reach.LoadError) as caught:
        reach.load(tmp_path)
    error = caught.value
    assert error.file == f"{tmp_path}/groups.json"
    assert error.resource_id == "sg-1"
    assert error.field == "SecurityGroups[0].IpPermissions[0].IpProtocol"


def test_what_is_no_snapshot_is_a_type_error() -> None:
    for source in (7, [7], ["{}"], None, [b"{}"]):
        with pytest.raises(TypeError):
            reach.load(source)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="an answer cannot hold a object"):
        reach.load({"Vpcs": [object()]})


def test_a_limit_of_ones_own(lab_files: dict[str, bytes]) -> None:
    size = sum(map(len, lab_files.values()))
    assert reach.loads(lab_files, max_bytes=size)
    with pytest.raises(reach.LoadError) as caught:
        reach.loads(lab_files, max_bytes=size - 1)
    assert caught.value.code == "too_large"
