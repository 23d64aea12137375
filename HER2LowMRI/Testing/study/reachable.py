"""What can be reached from an object by somebody who looks at everything it holds."""

import gc
import types


def everything_held_by(*objects):
    """All data reachable from objects, modules and classes left out: a class holds code, not a study."""
    seen, waiting = {}, list(objects)
    while waiting:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, (type, types.ModuleType)):
            continue
        seen[id(held)] = held
        if isinstance(held, types.FunctionType):
            waiting += [cell.cell_contents for cell in held.__closure__ or ()]
            waiting += [held.__defaults__, held.__kwdefaults__]
        else:
            waiting += gc.get_referents(held)
    return list(seen.values())


def texts(objects):
    return [str(held) for held in objects if isinstance(held, (str, bytes)) or hasattr(held, "__fspath__")]
