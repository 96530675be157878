"""-icount: the same run twice is the same to the byte."""

from boot import boot
from harness import scratch


def bytes_of(name: str, append: str) -> bytes:
    path = scratch(name)
    boot(append, "--icount", "--trace", path).must(0)
    with open(path, "rb") as file:
        return file.read()


def test_two_runs_give_identical_traces() -> None:
    """both deliveries, time stamps included"""
    first = bytes_of("first.ftr", "delivery=both workload=tour")
    assert len(first) > 4000 and first == bytes_of("second.ftr", "delivery=both workload=tour")


def test_different_options_give_different_traces() -> None:
    """the comparison can fail"""
    assert bytes_of("a.ftr", "delivery=both hz=1000") != bytes_of("b.ftr", "delivery=both hz=500")


def test_a_record_costs_at_most_400_instructions() -> None:
    """entry and exit of one event, without the drain"""
    result = boot("workload=cost", "--icount").must(0)
    prices = [line for line in result.out.splitlines() if line.startswith("price ")]
    costs = [int(line.rsplit("trace=", 1)[1]) for line in prices]
    assert len(costs) == 22 and 0 < min(costs) and max(costs) <= 400, prices
