"""Prints what files for administrators of Windows say, as JSON.

usage: windows.py xml SCHEMA FILE...    each file: the schema's complaints, and its elements
       windows.py yaml FILE...          each file
"""

import json
import sys
import xml.etree.ElementTree as ElementTree


def element(node):
    return {"tag": node.tag, "attributes": dict(node.attrib), "children": [element(child) for child in node]}


def xml(schema, files):
    import xmlschema

    schema = xmlschema.XMLSchema(schema)
    return [
        {
            "complaints": [str(error.reason) for error in schema.iter_errors(file)],
            "root": element(ElementTree.parse(file).getroot()),
        }
        for file in files
    ]


def yaml(files):
    from ruamel.yaml import YAML

    parser = YAML(typ="safe", pure=True)
    documents = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            documents.append(parser.load(file))
    return documents


what, *rest = sys.argv[1:]
json.dump(xml(rest[0], rest[1:]) if what == "xml" else yaml(rest), sys.stdout)
