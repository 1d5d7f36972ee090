#!/usr/bin/env python3
"""The space-charge kick of docs/mathematics.md in PyTorch, as a physicist would write it: what unkick is held against on one card.

  python3 bench/torch_kick.py [--device cuda|cpu] [--precision f64,f32] [--samples 7] [--seconds 5] PARTICLES:GRID...
  python3 bench/torch_kick.py --check shared/golden     against the golden cases of one kick; float64 on the CPU

Half a drift, one kick, half a drift: cloud-in-cell deposit with index_add_, convolution with the integrated Green function on the
doubled grid by rfftn, gather of E = -grad(phi), momentum kick; the grid follows the beam, four sigmas to either side. Timed are
`forward` without a tape, and `gradient`: forward and backward by autograd, by all coordinates, all charges, the lengths and the
energy. Where Cheetah can be imported its own elements are timed in the same way. Prints one JSON object, and per case what it could
not do (out of memory). Beam and line are those of native/bench/beam.cpp, but for the random numbers.
"""

import argparse
import json
import math
import pathlib
import statistics
import sys
import time

import torch

LIGHT = 299792458.0
ELECTRON_CHARGE = 1.602176634e-19
COULOMB = 1 / (4 * math.pi * 8.8541878188e-12)
MASS = {"electron": 510998.95069, "proton": 938272089.43}  # eV


def corner_sum(x, y, z):
    """The antiderivative F of 1/r over a box, at its corners."""
    xx, yy, zz = x * x, y * y, z * z
    r = torch.sqrt(xx + yy + zz)
    return (
        -zz / 2 * torch.atan(x * y / (z * r))
        - yy / 2 * torch.atan(x * z / (y * r))
        - xx / 2 * torch.atan(y * z / (x * r))
        + y * z * torch.asinh(x / torch.sqrt(yy + zz))
        + x * z * torch.asinh(y / torch.sqrt(xx + zz))
        + x * y * torch.asinh(z / torch.sqrt(xx + yy))
    )


def green_octant(nodes, cell):
    """Integrated Green function at node offsets 0 .. n-1, from corners that neighbours share. Always in float64: it cancels."""
    axes = [(torch.arange(n + 1, device=cell.device, dtype=torch.float64) - 0.5) * cell[d] for d, n in enumerate(nodes)]
    corners = corner_sum(axes[0][:, None, None], axes[1][None, :, None], axes[2][None, None, :])
    return corners.diff(dim=0).diff(dim=1).diff(dim=2)


def doubled_green(nodes, cell, dtype):
    """Even extension onto the doubled grid; the offset n, which no pair of nodes has, is left at zero."""
    full = green_octant(nodes, cell)
    for axis in range(3):
        gap = torch.zeros_like(full.narrow(axis, 0, 1))
        full = torch.cat([full, gap, full.narrow(axis, 1, full.shape[axis] - 1).flip(axis)], dim=axis)
    return full.to(dtype)


def potential_of(density, nodes, cell, gamma):
    stretched = torch.stack([cell[0], cell[1], gamma * cell[2]]).to(torch.float64)
    green = doubled_green(nodes, stretched, density.dtype)
    doubled = [2 * n for n in nodes]
    spectrum = torch.fft.rfftn(density, s=doubled) * torch.fft.rfftn(green)
    return COULOMB * torch.fft.irfftn(spectrum, s=doubled)[: nodes[0], : nodes[1], : nodes[2]]


def field_of(phi, cell):
    """-grad(phi) at the nodes: central differences, second-order one-sided ones on the faces; [3, nx, ny, nz]."""
    return -torch.stack([torch.gradient(phi, dim=d, edge_order=2)[0] / cell[d] for d in range(3)])


def corner_weights(xi, nodes):
    """Cell of each particle and, for its eight corners, the index of the node and the weight."""
    last = torch.tensor(nodes, device=xi.device)[:, None] - 1
    inside = ((xi >= 0) & (xi <= last)).all(dim=0)
    cell = torch.minimum(xi.detach().floor().clamp(min=0), (last - 1).to(xi.dtype)).long()
    fraction = xi - cell
    for corner in range(8):
        at, weight = 0, inside.to(xi.dtype)
        for d in range(3):
            upper = corner >> d & 1
            at = at * nodes[d] + cell[d] + upper
            weight = weight * (fraction[d] if upper else 1 - fraction[d])
        yield torch.where(inside, at, 0), weight


def kick(z, charges, nodes, extent, in_sigmas, centred, length, energy, mass):
    """Space-charge kick of coordinates z = [x, px, y, py, tau, p], each [particles]; returns the new momenta [3, particles]."""
    gamma = energy / mass
    beta = torch.sqrt(1 - 1 / gamma**2)
    r = torch.stack([z[0], z[2], -beta.to(z[0].dtype) * z[4]])
    total = charges.sum()
    mean = (charges * r).sum(dim=1) / total
    sigma = torch.sqrt((charges * (r - mean[:, None]) ** 2).sum(dim=1) / total)
    half = extent * sigma if in_sigmas else extent
    centre = mean if centred else torch.zeros_like(mean)
    cell = 2 * half / (torch.tensor(nodes, device=r.device) - 1)
    xi = (r - centre[:, None] + half[:, None]) / cell[:, None]

    density = torch.zeros(math.prod(nodes), dtype=r.dtype, device=r.device)
    for at, weight in corner_weights(xi, nodes):
        density = density.index_add(0, at, charges * weight)
    phi = potential_of(density.reshape(nodes) / cell.prod(), nodes, cell, gamma)
    field = field_of(phi, cell).reshape(3, -1)
    gathered = torch.zeros_like(r)
    for at, weight in corner_weights(xi, nodes):
        gathered = gathered + field[:, at] * weight

    strength = (length / (mass * beta**2 * gamma**3)).to(r.dtype)  # L / (p0c beta gamma^2), p0c = beta gamma m c^2 in eV
    push = strength * gathered
    return torch.stack([z[1] + push[0], z[3] + push[1], z[5] + beta.to(r.dtype) * push[2]])


def drift(z, length, energy, mass):
    beta_gamma_squared = (energy / mass) ** 2 - 1
    return [z[0] + length * z[1], z[1], z[2] + length * z[3], z[3], z[4] - (length / beta_gamma_squared).to(z[4].dtype) * z[5], z[5]]


class TorchLine:
    """Half a drift, a kick, half a drift."""

    name = "torch"

    def __init__(self, particles, grid, dtype, device):
        generator = torch.Generator(device=device).manual_seed(1)
        sigma = [1e-3, 1e-4, 1e-3, 1e-4, 1e-3, 1e-3]
        self.z = [s * torch.randn(particles, dtype=dtype, device=device, generator=generator) for s in sigma]
        self.charges = torch.full((particles,), 1e-9 / particles, dtype=dtype, device=device)
        self.energy = torch.tensor(25e6, dtype=torch.float64, device=device)
        self.lengths = [torch.tensor(length, dtype=dtype, device=device) for length in (0.1, 0.2, 0.1)]
        self.extent = torch.full((3,), 4.0, dtype=dtype, device=device)
        self.nodes = [grid] * 3

    def inputs(self):
        return [*self.z, self.charges, self.energy, *self.lengths]

    def forward(self):
        mass = MASS["electron"]
        z = drift(self.z, self.lengths[0], self.energy, mass)
        momenta = kick(z, self.charges, self.nodes, self.extent, True, True, self.lengths[1], self.energy, mass)
        z = [z[0], momenta[0], z[2], momenta[1], z[4], momenta[2]]
        return drift(z, self.lengths[2], self.energy, mass)


class CheetahLine:
    """The same line of Cheetah's elements."""

    name = "cheetah"

    def __init__(self, particles, grid, dtype, device):
        import cheetah

        one = lambda value: torch.tensor(value, dtype=dtype, device=device)  # noqa: E731
        self.lengths = [one(0.1), one(0.2), one(0.1)]
        self.beam = cheetah.ParticleBeam.from_parameters(
            num_particles=particles,
            **{"sigma_x": one(1e-3), "sigma_px": one(1e-4), "sigma_y": one(1e-3), "sigma_py": one(1e-4)},
            **{"sigma_tau": one(1e-3), "sigma_p": one(1e-3), "energy": one(25e6), "total_charge": one(1e-9)},
        ).to(device=device, dtype=dtype)
        self.line = cheetah.Segment(
            [
                cheetah.Drift(self.lengths[0]),
                cheetah.SpaceChargeKick(self.lengths[1], grid_shape=(grid,) * 3, **{f"grid_extent_{a}": one(4.0) for a in ("x", "y", "tau")}),
                cheetah.Drift(self.lengths[2]),
            ]
        )

    def inputs(self):
        return [self.beam.particles, *self.lengths]

    def forward(self):
        return list(self.line.track(self.beam).particles[..., :6].unbind(-1))


def seconds_of(work, device):
    if device == "cuda":
        torch.cuda.synchronize()
    started = time.perf_counter()
    work()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def forward_only(line):
    with torch.no_grad():
        line.forward()


def forward_and_backward(line):
    for value in line.inputs():
        value.requires_grad_(True)
        value.grad = None
    sum((out * out.detach()).sum() for out in line.forward()).backward()


def times_of(work, line, device, samples, seconds):
    """Median seconds of a few runs after one that is not counted, and the most memory that they held; or why there are none."""
    try:
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        work(line)
        taken, started = [], time.perf_counter()
        while len(taken) < samples and (len(taken) < 2 or time.perf_counter() - started < seconds):
            taken.append(seconds_of(lambda: work(line), device))
        peak = torch.cuda.max_memory_allocated() if device == "cuda" else None
        return {"median": statistics.median(taken), "least": min(taken), "samples": len(taken), "peakBytes": peak}
    except (RuntimeError, MemoryError, TypeError, AttributeError) as error:  # one that is out of memory is a RuntimeError
        return {"problem": f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"}
    finally:
        if device == "cuda":
            torch.cuda.empty_cache()


def measured(kind, particles, grid, precision, options):
    dtype = torch.float64 if precision == "f64" else torch.float32
    out = {"code": kind.name, "particles": particles, "grid": grid, "precision": precision}
    print(f"{kind.name} {precision} {particles} {grid}", file=sys.stderr, flush=True)
    try:
        line = kind(particles, grid, dtype, options.device)
    except Exception as error:  # of a Cheetah whose interface is another one: recorded, not fatal
        return {**out, "problem": f"{type(error).__name__}: {str(error)[:200]}"}
    for name, work in (("forward", forward_only), ("gradient", forward_and_backward)):
        out[name] = times_of(work, line, options.device, options.samples, options.seconds)
    return out


def golden_case(path):
    """The JSON of a case, and its arrays by name: [6, particles] and [particles]."""
    case = json.loads(path.read_text())
    data = torch.frombuffer(bytearray(path.with_suffix(".f64").read_bytes()), dtype=torch.float64)
    arrays, begin, count = {}, 0, case["particles"]
    for entry in case["layout"]:  # "coordsIn[6][N]"
        shape = (6, count) if "[6]" in entry else (count,)
        arrays[entry.split("[")[0]] = data[begin : begin + math.prod(shape)].reshape(shape)
        begin += math.prod(shape)
    return case, arrays


def golden_track(case, arrays):
    """Tracks a case forward and back. Returns its worst errors by name."""
    mass = MASS[case["species"]]
    energy = torch.tensor(case["energy"], dtype=torch.float64, requires_grad=True)
    z = [row.clone().requires_grad_(True) for row in arrays["coordsIn"]]
    charges = arrays["charges"].clone().requires_grad_(True)
    now, lengths = z, {}
    for element in case["lattice"]:
        key = "length" if element["type"] == "drift" else "effectLength"
        length = torch.tensor(element["params"][key], dtype=torch.float64, requires_grad=True)
        lengths[f"{element['name']}.{key}"] = length
        if element["type"] == "drift":
            now = drift(now, length, energy, mass)
            continue
        extent = torch.tensor([element["params"][f"extent{axis}"] for axis in "XYZ"], dtype=torch.float64)
        grid = (element["gridShape"], extent, element["extentKind"] == "sigmas", element["centre"] == "beam")
        momenta = kick(now, charges, *grid, length, energy, mass)
        now = [now[0], momenta[0], now[2], momenta[1], now[4], momenta[2]]
    out = torch.stack(now)
    (out * arrays["cotangent"]).sum().backward()
    return {
        "coordinates": norm_error(out.detach(), arrays["coordsOut"]),
        "by coordinates": norm_error(torch.stack([row.grad for row in z]), arrays["gradientCoords"]),
        "by charges": norm_error(charges.grad, arrays["gradientCharges"]),
        "by energy": abs(energy.grad.item() / case["gradient"]["energy"] - 1),
        **{f"by {name}": abs(length.grad.item() / case["gradient"][name] - 1) for name, length in lengths.items()},
    }


def check(folder):
    """Compares golden cases of linear drifts and kicks. Returns whether all agree, and whether there were any."""
    errors = {}
    for path in sorted(folder.glob("*.json")):
        if not path.with_suffix(".f64").exists():
            continue
        case, arrays = golden_case(path)
        if any(e["type"] not in ("drift", "spaceChargeKick") or e.get("model", "linear") != "linear" for e in case["lattice"]):
            print(f"{path.stem}: left out, it has other elements")
            continue
        worst = golden_track(case, arrays)
        errors[path.stem] = max(worst.values())
        print(f"{path.stem}: " + ", ".join(f"{name} {error:.1e}" for name, error in worst.items()))
    return len(errors) > 0 and all(error < 1e-7 for error in errors.values())


def norm_error(got, expected):
    return ((got - expected).norm() / expected.norm()).item()


def main():
    parser = argparse.ArgumentParser(description="PyTorch's time for one space-charge kick")
    parser.add_argument("cases", nargs="*", help="PARTICLES:GRID, for example 1e6:64")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", default="f64,f32")
    parser.add_argument("--samples", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5, help="per case, after which no further sample is taken beyond the second")
    parser.add_argument("--threads", type=int, help="of the CPU")
    parser.add_argument("--check", type=pathlib.Path, help="folder of golden cases")
    options = parser.parse_args()
    if options.check:
        return 0 if check(options.check) else 1
    if options.threads:
        torch.set_num_threads(options.threads)
    kinds = [TorchLine]
    try:
        import cheetah

        kinds.append(CheetahLine)
        version = getattr(cheetah, "__version__", "of unknown version")
    except ImportError:
        version = None
    sizes = [(int(float(case.split(":")[0])), int(case.split(":")[1])) for case in options.cases]
    cases = [measured(kind, *size, precision, options) for size in sizes for precision in options.precision.split(",") for kind in kinds]
    device = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    print(json.dumps({"torch": torch.__version__, "cheetah": version, "device": device, "threads": torch.get_num_threads(), "cases": cases}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
