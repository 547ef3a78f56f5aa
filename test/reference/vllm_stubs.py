"""Stand-ins for the CUDA libraries that the wheel of torch is linked against, so that it imports on a machine
without a GPU and without three gigabytes of them: python vllm_stubs.py SITE_PACKAGES/torch FOLDER.

Each library gets the symbols that torch wants of it, under the version names that it wants; calling one returns
an error code. Needs gcc and binutils.
"""

import glob
import os
import re
import subprocess
import sys

LIBRARY = re.compile(r"^lib(cu|nccl|nvrtc|nvshmem)")
SYMBOL = re.compile(r"^(__)?(cu|nccl|nvrtc|nvshmem)")


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def main(torch: str, folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    needed: set[str] = set()
    wanted: dict[str, str] = {}
    defined: set[str] = set()
    versions: dict[str, set[str]] = {}
    for library in glob.glob(f"{torch}/lib/*.so*"):
        needed |= set(re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", library)))
        file = ""
        for line in output("readelf", "-VW", library).splitlines():
            if found := re.search(r"File: (\S+)", line):
                file = found[1]
            if found := re.search(r"Name: (\S+)\s+Flags", line):
                versions.setdefault(file, set()).add(found[1])
        for line in output("nm", "-D", library).splitlines():
            *_, kind, name = line.split()
            symbol, _, version = name.replace("@@", "@").partition("@")
            if kind == "U":
                wanted[symbol] = version
            else:
                defined.add(symbol)
    symbols = {s: v for s, v in wanted.items() if s not in defined and SYMBOL.match(s)}
    for name in sorted(needed):
        if LIBRARY.match(name) and not os.path.exists(f"{torch}/lib/{name}"):
            build(folder, name, symbols, sorted(versions.get(name, ())))


def build(folder: str, name: str, symbols: dict[str, str], versions: list[str]) -> None:
    own = [
        symbol
        for symbol, version in symbols.items()
        if version in versions or (not version and name.startswith("libcudart"))
    ]
    source, script = f"{folder}/stub.c", f"{folder}/stub.map"
    with open(source, "w") as file:
        file.write("\n".join(f"int {symbol}(void) {{ return 999; }}" for symbol in own))
    command = ["gcc", "-shared", "-fPIC", "-w", source, f"-Wl,-soname,{name}", "-o", f"{folder}/{name}"]
    if versions:
        with open(script, "w") as file:
            for version in versions:
                names = "".join(f" {symbol};" for symbol in own if symbols[symbol] == version)
                file.write(f"{version} {{ global:{names} }};\n")
        command.append(f"-Wl,--version-script={script}")
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
