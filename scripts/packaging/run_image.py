#!/usr/bin/env python3
"""Runs the image that container.sh made, where no daemon is: as its configuration says, in its own files alone.

usage: scripts/packaging/run_image.py IMAGE [ARGUMENT...]     (as root, who gives that up before the program starts)

User, environment, working directory and entry point are the image's. It has no namespaces, so it is a test of the
image and no way to run it. The exit code is the program's; 2 where IMAGE is none, 3 where it cannot be run here.
"""
import json
import os
import subprocess
import sys
import tarfile
import tempfile


def fail(code, what, what_to_do):
    print(f"error: {what}\n help: {what_to_do}", file=sys.stderr)
    sys.exit(code)


def unpack(image, root):
    """Lays the layers in root, and returns what the image says of its process."""
    with tarfile.open(image) as archive:
        [manifest] = json.load(archive.extractfile("manifest.json"))
        config = json.load(archive.extractfile(manifest["Config"]))["config"]
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=archive.extractfile(layer)) as files:
                for member in files:
                    if member.name.startswith(("/", "..")) or not (member.isfile() or member.isdir()):
                        raise ValueError(f"the layer has more than files and directories: {member.name}")
                    files.extract(member, root, numeric_owner=True)
    return config


def main():
    if len(sys.argv) < 2:
        fail(2, "an image is wanted", "usage: scripts/packaging/run_image.py IMAGE [ARGUMENT...]")
    if os.geteuid() != 0:
        fail(3, "only root can change the root directory and the user", "Run it with sudo, or give the image to docker or podman")
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        try:
            config = unpack(sys.argv[1], root)
            user, group = (int(number) for number in config["User"].split(":"))
        except (OSError, KeyError, ValueError, tarfile.TarError) as why:
            fail(2, f"this is no image that container.sh made: {why}", "Give the file that it wrote")

        def enter():
            os.chroot(root)
            os.chdir(config["WorkingDir"])
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            os.umask(0o022)

        environment = dict(pair.split("=", 1) for pair in config["Env"])
        sys.exit(subprocess.run(config["Entrypoint"] + sys.argv[2:], preexec_fn=enter, env=environment).returncode)


if __name__ == "__main__":
    main()
