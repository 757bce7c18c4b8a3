"""Names of a mirror's files: what is known of a merged one from its parts."""

from __future__ import annotations

from tbnb.events.merged import PREFIX, Edge, Part, beginning, ending, part_of

ORIGIN = ("runs", "0" * 8, "events.out.tfevents.1.host")


def part(start: int, end: int, *, before: int = 0, after: int = 0, level: int = 0) -> Part:
    return Part(ORIGIN, Edge(start, before or start), Edge(end, after or end), level)


def known(whole: Part, *parts: Part) -> int:
    row = beginning(whole, parts)
    assert [one.end for one in row[1:]] == [one.start for one in row[:-1]]
    return whole.place(row[0].end.offset) if row else 0


def test_parts_that_lead_to_the_end_are_all_of_it() -> None:
    """Whichever of them overlap: the checksums say that their bytes are the whole one's."""
    whole = part(10, 90, level=1)
    assert known(whole, part(10, 50), part(50, 90)) == whole.size == 80 + PREFIX
    assert known(whole, part(10, 50), part(10, 70), part(50, 90), part(70, 80)) == whole.size


def test_parts_that_end_before_are_its_beginning() -> None:
    """What is known is as far as they go, if there's one way only."""
    whole = part(0, 90, level=1)
    assert known(whole, part(0, 50), part(60, 90)) == 50
    assert known(whole, part(0, 50), part(0, 60)) == 0
    assert known(whole, part(0, 90, after=7)) == 0
    assert known(whole, part(0, 50, before=7)) == 0
    assert known(whole) == 0


def test_a_name_of_no_bytes_is_none() -> None:
    """Bytes that end before they begin aren't any."""
    name = "runs/events.out.tfevents.1800000000000.00000000.{}-00000000-0.events.out.tfevents.1.host"
    assert part_of(name.format("0000000000-00000000-0000000005")) is not None
    assert part_of(name.format("0000000005-00000000-0000000005")) is None
    assert part_of(name.format("0000000005-00000000-0000000004")) is None


def test_parts_that_lead_to_the_end_are_in_it() -> None:
    """Wherever they begin: the checksum at the end is one of all bytes."""
    whole = part(0, 90, level=1)
    near, far, other = part(60, 90), part(40, 60), part(20, 40, after=7)
    assert ending(whole, [far, near, other]) == {near, far}
    assert ending(whole, [far, other, part(60, 90, after=7)]) == set()
