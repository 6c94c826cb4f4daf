"""Circles of imports between the folders of a crate's source, for scripts/check-structure.

What stands in one folder is compared: a file or a folder imports another one where anything in it names
anything in the other, by `use` or by a path that begins with `crate`, `super` or `self`. What a `mod.rs`
re-exports is looked up where it is defined. Files of one folder may import each other.
"""

import re

# Comments, strings and characters: what may hold the beginning of one of the others.
TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>b?r(?P<hashes>#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*")"""
    r"""|b?'(?:\\.|[^'\\])'""",
    re.DOTALL,
)
USE = re.compile(r"^\s*(pub(?:\([\w:\s]+\))?\s+)?use\s+([^;]+);", re.MULTILINE)
PATH = re.compile(r"\b(?:crate|super|self)(?:::\w+)+")


def without_tests(source):
    """Unit tests stand last, and may name what they like."""
    return source.partition("\n#[cfg(test)]\nmod ")[0]


def paths_of(tree):
    """The paths of the tree of a `use`, each with the name that it brings in."""
    group = re.match(r"((?:\w+::)*)\{(.*)\}$", tree.strip(), re.DOTALL)
    if not group:
        path, _, name = (part.strip() for part in tree.partition(" as "))
        path = path.removesuffix("::self")
        yield path, name or path.rsplit("::", 1)[-1]
        return
    depth, start, inner = 0, 0, group[2] + ","
    for at, character in enumerate(inner):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            if inner[start:at].strip():
                yield from ((group[1] + path, name) for path, name in paths_of(inner[start:at]))
            start = at + 1


class Modules:
    """The modules of a crate; each is the tuple of its names, `()` the root."""

    def __init__(self, src):
        self.code = {}
        for file in sorted(src.rglob("*.rs")):
            names = file.relative_to(src).with_suffix("").parts
            names = names[:-1] if names[-1] in ("mod", "lib", "main") else names
            code = TOKEN.sub(lambda match: " " * len(match[0]), without_tests(file.read_text()))
            self.code[names] = self.code.get(names, "") + code
        self.folders = {module[:n] for module in self.code for n in range(len(module))}
        self.exports = {
            module: {name: path for public, tree in USE.findall(code) if public for path, name in paths_of(tree)}
            for module, code in self.code.items()
        }

    def target(self, module, path, depth=0):
        """The module that a path of `module` leads to, or None where that is another crate's."""
        names = path.split("::")
        if names[0] == "crate":
            at, names = (), names[1:]
        elif names[0] in ("super", "self") or (*module, names[0]) in self.code:
            at = module
            while names and names[0] in ("super", "self"):
                at, names = (at[:-1] if names[0] == "super" else at), names[1:]
        else:
            return None
        while names and (*at, names[0]) in self.code:
            at, names = (*at, names[0]), names[1:]
        if names and depth < 8 and names[0] in self.exports.get(at, {}):
            return self.target(at, self.exports[at][names[0]], depth + 1) or at
        return at

    def imports(self):
        """Pairs of modules, of which the first imports the second."""
        for module, code in self.code.items():
            paths = [path for public, tree in USE.findall(code) if not public for path, _ in paths_of(tree)]
            for path in paths + PATH.findall(USE.sub("", code)):
                target = self.target(module, path)
                if target is not None:
                    yield module, target

    def circles(self):
        """Sets of files and folders in one folder that import each other, at least one of them a folder."""
        imports = set(self.imports())
        for parent in sorted(self.folders):
            n = len(parent)
            graph = {}
            for source, target in imports:
                if source[:n] == target[:n] == parent and len(source) > n and len(target) > n:
                    graph.setdefault(source[: n + 1], set()).add(target[: n + 1])
            reached = {module: reachable(graph, module) for module in graph}
            circles = {
                frozenset(other for other in reached[module] if module in reached.get(other, ())) for module in graph
            }
            for circle in circles:
                if len(circle) > 1 and circle & self.folders:
                    yield ", ".join(sorted("::".join(module) for module in circle))


def reachable(graph, start):
    """All that can be reached from `start` in one step or more."""
    found, left = set(), [start]
    while left:
        for following in graph.get(left.pop(), ()):
            if following not in found:
                found.add(following)
                left.append(following)
    return found
