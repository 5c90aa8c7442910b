#!/usr/bin/python3
"""Prints a CycloneDX bill of materials for built programs: the libraries they load, and those compiled into them.

All of them come from Debian packages, so a component is a package with its version, according to dpkg.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import uuid

COMPILED_IN = ("libcli11-dev", "nlohmann-json3-dev")  # header-only libraries
LOADED_LATER = ("libpcre2-8.so.0", "libpsl.so.5", "libsecret-1.so.0", "libsystemd.so.0")  # by dlopen, when they are needed


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def libraries_of(program):
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output_of("readelf", "-d", program))


def path_of(library):
    """Returns the path where the loader finds a library."""
    for line in output_of("/sbin/ldconfig", "-p").splitlines():
        if line.strip().startswith(library + " "):
            return pathlib.Path(line.split(" => ")[1])
    raise SystemExit(f"bill_of_materials.py: {library} is not on this system")


def package_of(library):
    path = path_of(library)
    for candidate in (path, path.resolve(), pathlib.Path("/usr") / path.relative_to("/")):
        found = subprocess.run(["dpkg", "-S", str(candidate)], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(":")[0]
    raise SystemExit(f"bill_of_materials.py: no package contains {path}")


def component(package):
    version, architecture, source = output_of("dpkg-query", "-W", "-f", "${Version} ${Architecture} ${source:Package}",
                                              package).split(" ")
    purl = f"pkg:deb/debian/{package}@{version}?arch={architecture}&distro=debian-12"
    return {"type": "library", "bom-ref": purl, "name": package, "version": version, "purl": purl,
            "properties": [{"name": "debian:source", "value": source}]}


def program_component(program, version):
    digest = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
    name = pathlib.Path(program).name
    return {"type": "application", "bom-ref": f"{name}@{version}", "name": name, "version": version,
            "licenses": [{"license": {"id": "MIT"}}], "hashes": [{"alg": "SHA-256", "content": digest}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--time", required=True, type=int, help="time of the release, in seconds since 1970")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    programs = [program_component(program, options.version) for program in options.programs]
    needed = {}
    for program, described in zip(options.programs, programs):
        libraries = libraries_of(program) + (list(LOADED_LATER) if described["name"] == "chutes-login" else [])
        needed[described["bom-ref"]] = {package_of(library) for library in libraries} | set(COMPILED_IN)
    packages = [component(package) for package in sorted(set().union(*needed.values()))]
    references = {package["name"]: package["bom-ref"] for package in packages}
    whole = {"type": "application", "bom-ref": f"chutes-login-release@{options.version}", "name": "chutes-login",
             "version": options.version}
    identity = "".join(entry["hashes"][0]["content"] for entry in programs)
    print(json.dumps({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, identity)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(options.time, datetime.timezone.utc).isoformat(),
            "component": whole},
        "components": programs + packages,
        "dependencies": [{"ref": whole["bom-ref"], "dependsOn": sorted(needed)}] + [
            {"ref": program, "dependsOn": sorted(references[package] for package in packages_of)}
            for program, packages_of in sorted(needed.items())],
    }, indent=2))


if __name__ == "__main__":
    main()
