#!/usr/bin/env python3
"""Targets, what was measured, and whether it reaches them, from the JSON of bench/gpu.sh:  bench/gpu_table.py gpu.json > gpu.md"""

import json
import sys

# Milliseconds for one kick and its drifts forward in float64 (docs/performance.md); a gradient may take three times as long.
FORWARD_MS = {(1e6, 64): 0.6, (1.6e7, 64): 3.0, (6.4e7, 64): 10.0, (1e6, 256): 12.0}
GRADIENT_OVER_FORWARD = 3.0
FASTER_THAN_TORCH = 10.0
BILLION_BYTES = 139 * 2**30
BYTES = {"f64": (112.0, 80.0), "f32": (60.0, 44.0)}  # of the arena: per macroparticle, per cell


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(*names):
    return [row(names), row(["---"] * len(names))]


def met(reached):
    return "met" if reached else "**not met**"


def size(particles, grid):
    return f"{particles:.2g} on {grid}³"


def torch_seconds(report, particles, grid, precision, name):
    """{code: seconds or the reason why there are none}"""
    found = {}
    for case in (case for run in report["torch"] for case in run["cases"]):
        if (case["particles"], case["grid"], case["precision"]) != (particles, grid, precision):
            continue
        time = case.get(name, case)
        found[case["code"]] = time.get("median", time.get("problem", "no figure"))
    return found


def peers(report, result, name, ours):
    """A cell that says how many times as long PyTorch takes, and whether all that ran take long enough."""
    texts, slow_enough = [], []
    for code, theirs in torch_seconds(report, result["particles"], result["grid"], result["precision"], name).items():
        if isinstance(theirs, str):
            texts.append(f"{code}: {theirs}")
            continue
        texts.append(f"{code} {theirs * 1e3:.3g} ms: {theirs / ours:.1f} ×")
        slow_enough.append(theirs / ours >= FASTER_THAN_TORCH)
    if slow_enough:
        texts.append(met(all(slow_enough)))
    return "; ".join(texts)


def time_rows(report):
    for result in results(report, "sweep-"):
        particles, grid, precision = result["particles"], result["grid"], result["precision"]
        one = result["oneKick"]
        forward = FORWARD_MS.get((particles, grid)) if precision == "f64" else None
        for name, factor in (("forward", 1.0), ("gradient", GRADIENT_OVER_FORWARD)):
            seconds = one[name]["median"]
            target = [f"≤ {forward * factor:.3g}", met(seconds * 1e3 <= forward * factor)] if forward else ["", ""]
            spread = f"{seconds * 1e3:.3g} ({one[name]['q1'] * 1e3:.3g}–{one[name]['q3'] * 1e3:.3g})"
            yield row([size(particles, grid), precision, name, spread, *target, peers(report, result, name, seconds)])


def byte_row(result, sweep):
    particles, cells = result["particles"], result["grid"] ** 3
    of_particle, of_cell = BYTES[result["precision"]]
    arena, planned = sweep["arenaBytes"], sweep["plannedBytes"]
    taken = sweep.get("freeBytesBefore", 0) - sweep.get("freeBytesLeast", 0)
    per_cell = (arena - of_particle * particles) / cells
    limit = of_particle * particles + of_cell * cells
    # Sums of chunks and other small regions are not counted by macroparticles or cells: a percent is theirs.
    cells_text = f"{per_cell:.1f} (≤ {of_cell:g}: {met(arena <= 1.01 * limit)})" if particles < 100 * cells else ""
    return row([size(particles, result["grid"]), result["precision"], f"{planned:.0f}", f"{arena:.0f}: {met(planned == arena)}", cells_text, f"{taken:.0f}" if taken else ""])


def results(report, prefix):
    return [case["result"] for case in report["cases"] if case["name"].startswith(prefix)]


def billion_lines(report):
    for result in results(report, "billion"):
        once = result["once"]
        kicks, gradient = once["kicks"], once["gradient"]["median"]
        yield (
            f"One gradient with {result['particles']:.0e} macroparticles and {kicks} kicks: {gradient:.1f} s, forward "
            f"{once['forward']['median']:.1f} s of them, {once['loadSeconds']:.0f} s for loading; arena {once['arenaBytes'] / 2**30:.1f} GiB of "
            f"{BILLION_BYTES / 2**30:.0f}: {met(once['arenaBytes'] <= BILLION_BYTES)}; planned {'the same' if once['plannedBytes'] == once['arenaBytes'] else '**other**'} bytes."
        )


def bandwidth_lines(report):
    for result in results(report, "stages-"):
        stages = result["perStage"]
        yield row([size(result["particles"], result["grid"]), f"{stages['arenaBytes'] / 1e6:.3g}", f"{stages['copyBytesPerSecond'] / 1e9:.4g}"])


def stage_lines(report):
    for result in results(report, "stages-"):
        stages = result["perStage"]
        yield from ["", f"### {size(result['particles'], result['grid'])}", ""]
        yield from head("stage", "ms: median (quartiles)", "as a copy, ms", "transforms alone, ms", "× the larger")
        for stage in stages["stages"]:
            time = stage["seconds"]
            floor = max(stage["copySeconds"], stage["transformSeconds"])
            spread = f"{time['median'] * 1e3:.3g} ({time['q1'] * 1e3:.3g}–{time['q3'] * 1e3:.3g})"
            yield row([stage["stage"], spread, f"{stage['copySeconds'] * 1e3:.3g}", f"{stage['transformSeconds'] * 1e3:.3g}", f"{time['median'] / floor:.2g}"])


def step_lines(report):
    for step in report["steps"]:
        outcome = step.get("why") or {0: "passed", 124: "out of time", 137: "out of time"}.get(step["status"], f"**failed, exit {step['status']}**")
        yield row([step["step"], outcome, step["seconds"]])


def table(report):
    device = report["device"] or "no GPU"
    versions = "".join(f"; PyTorch {run['torch']}, Cheetah {run['cheetah'] or 'not there'}" for run in report["torch"][:1])
    lines = [
        f"# {device}",
        "",
        f"`{report['command']}`{', **a rehearsal on the emulation: its times say nothing**' if report['rehearsal'] else ''}; {report['date'][:10]}, commit "
        f"{report['commit'][:10]}; driver {report['driver'] or 'none'}, {report['usedBefore']} of the device in use before; {report['seconds']} s in all{versions}.",
        "",
        "## Steps",
        "",
        *head("step", "outcome", "s"),
        *step_lines(report),
    ]
    if results(report, "sweep-"):
        lines += ["", "## One kick between two half drifts", "", *head("macroparticles, grid", "", "", "ms: median (quartiles)", "target, ms", "", f"PyTorch takes (target: {FASTER_THAN_TORCH:g} × or more)"), *time_rows(report)]
        lines += ["", "## Bytes", "", *head("macroparticles, grid", "", "planned", "arena", "per cell, beside the macroparticles' own", "by the driver, with libraries"), *(byte_row(r, r["oneKick"]) for r in results(report, "sweep-")), "", *billion_lines(report)]
    if results(report, "stages-"):
        lines += ["", "## Copy bandwidth", "", *head("macroparticles, grid", "within MB", "GB/s"), *bandwidth_lines(report), "", "## Stages", *stage_lines(report)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        sys.stdout.write(table(json.load(file)))
