"""
Rules of Google Cloud's types, from the declarations of Pulumi's SDK, whose words are those of Google's own API descriptions.

    python3 test/fakes/cloud/rules/gcp.py

Writes gcp.generated.json: per type what replaces when changed (what the declarations say makes another resource, and what
gcp.types.json adds, with its reason), and what values are taken ("Possible values are").
"""
import json
import os
import re

from sdk import Sdk, uncommented

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..", "..", "..")


def documented(body, indent):
    """Property → its comment."""
    pattern = r"^ {%d}/\*\*(.*?)\*/\n {%d}(\w+)\??: " % (indent, indent)
    return {name: " ".join(re.sub(r"\n\s*\*", " ", text).split()) for text, name in re.findall(pattern, body, re.S | re.M)}


def file_of(sdk, token):
    _, module, name = token.split(":")
    folder, lower = module.split("/")
    wanted = (name + ".d.ts").lower()
    place = os.path.join(sdk.folder, folder)
    return os.path.join(place, next(one for one in os.listdir(place) if one.lower() == wanted))


def main():
    sdk = Sdk(root, "gcp")
    with open(os.path.join(here, "gcp.types.json")) as file:
        table = json.load(file)
    types = {}
    for token, row in sorted(table.items()):
        text = open(file_of(sdk, token)).read()
        name = token.split(":")[2]
        body = re.search(r"export interface %sArgs \{(.*?)\n\}" % name, text, re.S).group(1)
        comments = documented(body, 4)
        fixed = {p for p, said in comments.items() if re.search(r"(?i)forces? (?:a )?new|forces replacement|new resource to be created", said)}
        values = {}
        for p, said in comments.items():
            listed = re.search(r"(?:Possible|Valid) values are:? ((?:`[\w.-]+`(?:, (?:and |or )?| and | or )?)+)", said)
            if listed and listed.group(1).count("`") > 2 and p not in row.get("loose", {}):
                values[p] = {"enum": re.findall(r"`([\w.-]+)`", listed.group(1))}
        known = set(re.findall(r"^ {4}(\w+)\??: ", uncommented(body), re.M))
        always = {"name", "project", "region", "location"} & known
        types[token] = {
            "model": "the declarations of @pulumi/gcp",
            "required": [],
            "createOnly": sorted((fixed | always | set(row.get("createOnly", {}))) - set(row.get("changes", {}))),
            "values": dict(sorted(values.items())),
        }
    result = {"model": "the declarations of the SDK", "sdk": "@pulumi/gcp %s" % sdk.version, "types": types}
    with open(os.path.join(here, "gcp.generated.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(len(types), "types,", sum(len(t["values"]) for t in types.values()), "limits")


main()
