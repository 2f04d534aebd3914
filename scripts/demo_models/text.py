"""Training text: the standard library of the interpreter that runs this."""
import ast
import sysconfig
from pathlib import Path

STDLIB = Path(sysconfig.get_paths()["stdlib"])
SKIPPED = {"test", "tests", "site-packages", "pydoc_data", "idlelib", "__pycache__", "lib2to3"}


def stdlib_files():
    """Python sources of the standard library, in name order, tests and third parties left out."""
    for path in sorted(STDLIB.rglob("*.py")):
        if not SKIPPED & set(path.relative_to(STDLIB).parts):
            yield path


def stdlib_trees():
    for path in stdlib_files():
        try:
            yield path, ast.parse(path.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue


def source_text(limit=6_000_000):
    parts, size = [], 0
    for path in stdlib_files():
        text = path.read_text("utf-8", errors="ignore")
        parts.append(text)
        size += len(text)
        if size > limit:
            break
    return "\n".join(parts)


def chat_text():
    """Docstrings, told as questions and answers."""
    turns = []
    for path, tree in stdlib_trees():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                doc = ast.get_docstring(node)
                if doc and len(doc) > 40:
                    turns.append(f"User: What does {node.name} do?\nAssistant: {doc}\n\n")
    return "".join(turns)


def manual_text():
    """The language reference that pydoc carries: prose, not code."""
    source = (STDLIB / "pydoc_data" / "topics.py").read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            return "\n".join(ast.literal_eval(node)[key] for key in sorted(ast.literal_eval(node)))
    raise SystemExit("pydoc_data/topics.py holds no dictionary")
