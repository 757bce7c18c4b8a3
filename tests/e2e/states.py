"""The states that a dashboard can be in, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable

from .host import Host

LONG = "sweep/2026-11-25_resnet50_lr=0.001_wd=0.05_augment=mixup-cutmix_" + "very-long-" * 12 + "seed=7"


def _two_runs(host: Host) -> None:
    host.feed_js(
        "['a', 'b'].flatMap(run => [...['train/loss', 'val/loss'].map(tag => ({run, tag, points: 300})),"
        "{run, tag: 'lr', points: 300, value: i => (run === 'a' ? 1e-3 : 3e-4) * (i < 180 ? 1 : 0.1)}])"
    )


def _empty(host: Host) -> None:
    host.say(state="idle", logdir="runs")


def _one_point(host: Host) -> None:
    host.feed({"run": "a", "tag": "loss", "points": 1})


def _loading(host: Host) -> None:
    host.feed({"run": "a", "tag": "loss", "points": 40, "total": 100_000})
    host.say(state="live", logdir="runs", notes=["Bringing back 3 runs from /content/drive/MyDrive/tbnb."])


def _error(host: Host) -> None:
    _two_runs(host)
    host.say(
        state="lost",
        logdir="runs",
        problems=["runs/a/events.out.tfevents.1 has a damaged record at byte 5120: 1 point may be missing."],
    )


def _nan(host: Host) -> None:
    host.feed_js(
        "[{run: 'a', tag: 'loss', points: 99, value: i => i > 60 ? NaN : 1 / (i + 1)},"
        "{run: 'b', tag: 'loss', points: 99, value: i => i % 40 ? Math.cos(i / 9) : Infinity},"
        "{run: 'a', tag: 'never', points: 9, value: () => NaN}]"
    )


def _thousand_runs(host: Host) -> None:
    host.feed_js("Array.from({length: 1000}, (_, r) => ({run: `sweep/${r}`, tag: 'loss', points: 60}))")


def _thousand_tags(host: Host) -> None:
    host.feed_js("Array.from({length: 1000}, (_, t) => ({run: 'a', tag: `layer${t >> 4}/weight${t}`, points: 9}))")


def _long_names(host: Host) -> None:
    host.feed_js(
        f"['{LONG}', '{LONG}1'].flatMap(run => ['loss', '{LONG}/loss'].map(tag => ({{run, tag, points: 50}})))"
    )


def _groups(host: Host) -> None:
    host.feed_js("['adam', 'sgd'].flatMap(o => [1, 2, 3].map(s => ({run: `${o}-seed${s}`, tag: 'loss', points: 200})))")
    host.set(groups={"by": "regex", "pattern": "^(.*)-seed", "statistic": "mean", "band": "minmax"})


def _tried(host: Host) -> None:
    """What runs tried, wherever it shows: groups, colours, the list, a table's column."""
    host.feed_js(
        "['adam', 'sgd', 'lion'].flatMap(o => [1, 2].map(s => ({run: `${o}-${s}`, tag: 'loss', points: 200,"
        "step: i => i % 100, value: i => (i < 100 ? 1.4 : 1) / (1 + i % 100 / 30) + o.length / 10 + s / 50})))"
    )
    nets = {"adam": {"optimizer": "adam", "lr": 1e-3}, "sgd": {"optimizer": "sgd", "lr": 0.1}}
    host.tell(**{f"{name}-{seed}": {**tried, "seed": seed} for name, tried in nets.items() for seed in (1, 2)})
    host.set(
        colorByTried="optimizer",
        runsSort={"by": "last", "descending": False, "tag": "", "tried": "lr"},
        columns={"at": ["value", "h:optimizer"], "range": ["first", "last", "best", "h:optimizer", "h:lr", "lastStep"]},
        selection={"from": 20, "to": 60},
        smoothing={"kind": "none", "amount": 0},
    )


def _selected(host: Host) -> None:
    _two_runs(host)
    host.set(selection={"from": 50, "to": 200})


def _marked(host: Host) -> None:
    _two_runs(host)
    host.feed_js("[{run: 'a', tag: 'epoch', points: 300, value: i => i / 60}]")
    host.say(
        marks=[
            {"run": "", "step": 120, "wall": 1.7e9 + 30, "kind": "note", "text": "unfroze backbone"},
            {"run": "a", "step": 200, "wall": 1.7e9 + 50, "kind": "restart", "text": ""},
        ]
    )


STATES: dict[str, Callable[[Host], None]] = {
    "empty": _empty,
    "loading": _loading,
    "error": _error,
    "one-point": _one_point,
    "pairs": _two_runs,
    "nan": _nan,
    "1000-runs": _thousand_runs,
    "1000-tags": _thousand_tags,
    "long-names": _long_names,
    "groups": _groups,
    "selection": _selected,
    "tried": _tried,
    "marks": _marked,
}
DARK = "document.body.dataset.jpThemeLight = 'false'; document.body.style.background = '#111'"


def darken(host: Host) -> None:
    """As a notebook does whose theme is dark."""
    host.page.evaluate(f"() => {{ {DARK} }}")
    host.wait(theme="dark")


def lighten(host: Host) -> None:
    host.page.evaluate("() => { document.body.dataset.jpThemeLight = 'true'; document.body.style.background = '' }")
    host.wait(theme="light")
