"""The largest safe set of cells of a small organization, by trying all sets."""

from assessment.disclosure.counts import Counted
from assessment.disclosure.plan import Task, choose
from tests.assessment.disclosure.worlds import Name, World


def cells_kept(world: World, k: int) -> tuple[int, int]:
    """Cells that the planner publishes, and the most that any safe set has."""
    membership = world.membership
    counted = Counted(world.tree, membership).of(None)
    task = Task(world.tree, membership, counted, None, k, world.chosen(world.candidates()))
    return len(choose(task)), _optimum(world, task)


def _optimum(world: World, task: Task) -> int:
    """All sets, given up only where they cannot be larger (a set with an unsafe part is unsafe)."""
    if len(world.units) < task.k:
        return 0
    best = 1

    def safe(cells: list[Name]) -> bool:
        return task.audit(world.chosen(cells)).safe

    cells = [cell for cell in world.candidates()[1:] if world.row(cell).sum() >= task.k and safe([cell])]

    def go(at: int, picked: list[Name]) -> None:
        nonlocal best
        best = max(best, len(picked) + 1)
        if at == len(cells) or len(picked) + 1 + len(cells) - at <= best:
            return
        if safe([*picked, cells[at]]):
            go(at + 1, [*picked, cells[at]])
        go(at + 1, picked)

    go(0, [])
    return best
