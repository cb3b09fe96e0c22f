"""Reads a Jenkinsfile from standard input with groovy-parser, which has the grammar of Groovy 3, and prints what its
environment block and withEnv set, as JSON: a list of names with values. Standard input is JSON: `text` and `env`, the
variables that the file may refer to."""

import json
import sys

from groovy_parser.parser import parse_groovy_content
from lark import Token

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def plain(text):
    """A part of a string without its escapes: Groovy, "Syntax", "Escaping special characters"."""
    out, at = [], 0
    while at < len(text):
        if text[at] != "\\":
            out.append(text[at])
            at += 1
        elif text[at + 1] == "u":
            out.append(chr(int(text[at + 2 : at + 6], 16)))
            at += 6
        else:
            out.append(ESCAPES.get(text[at + 1], text[at + 1]))
            at += 2
    return "".join(out)


def strings(tokens, env):
    """The tokens, each string as one of the kind TEXT. A string is worked out when it is reached, so `env` may grow."""
    at = 0
    while at < len(tokens):
        kind, text = tokens[at]
        at += 1
        if kind == "STRING_LITERAL":
            yield "TEXT", plain(text[1:-1])
        elif kind == "GSTRING_BEGIN":
            value = []
            while tokens[at][0] != "GSTRING_END":
                kind, text = tokens[at]
                at += 1
                if kind == "STRING_LITERAL_PART":
                    value.append(plain(text))
                elif kind == "IDENTIFIER":
                    assert text == "env" and tokens[at][0] == "DOT", tokens[at - 1 : at + 2]
                    value.append(env[tokens[at + 1][1]])
                    at += 2
                else:
                    assert kind in ("GSTRING_PART", "LBRACE", "RBRACE"), kind
            at += 1
            yield "TEXT", "".join(value)
        else:
            yield kind, text


def main():
    asked = json.load(sys.stdin)
    tree = parse_groovy_content(asked["text"])
    tokens = [(leaf.type, leaf.value[2]) for leaf in tree.scan_values(lambda leaf: isinstance(leaf, Token))]
    env, found, before = asked["env"], [], []
    in_list = False
    for kind, text in strings(tokens, env):
        in_list = kind == "LBRACK" or (in_list and kind != "RBRACK")
        if kind == "TEXT" and in_list:
            found.append(text.split("=", 1))
        elif kind == "TEXT" and len(before) > 1 and before[-1] == "=":
            found.append([before[-2], text])
            env[before[-2]] = text
        before.append(text)
    json.dump(found, sys.stdout)


main()
