"""
Rules of Azure's types, from the declarations of Pulumi's SDK, which is made from Azure's own API descriptions.

    python3 test/fakes/cloud/rules/azure.py

Writes azure.generated.json: per type what replaces when changed (the names in its address, of config/addresses.json,
and what azure.types.json adds
with its reason in Azure's documents), and what values are taken, save those that the declarations have wrong (`loose`).
"""
import json
import os
import re

from sdk import Sdk, uncommented

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..", "..", "..")


def enumerations(folder):
    found = {}
    for module in os.listdir(os.path.join(folder, "types", "enums")):
        path = os.path.join(folder, "types", "enums", module, "index.d.ts")
        if os.path.exists(path):
            text = uncommented(open(path).read())
            for name, body in re.findall(r"export declare const (\w+): \{(.*?)\n\};", text, re.S):
                found["%s.%s" % (module, name)] = re.findall(r': "([^"]*)"', body)
    return found


def values(names, sdk, enums, path=(), depth=0):
    rules = {}
    for name, kind in names.items():
        at = (*path, name)
        named = re.search(r"enums\.([\w.]+)", kind)
        if named and enums.get(named.group(1)):
            rules[".".join(at)] = {"enum": enums[named.group(1)]}
        # Names of things that have identities are keys there, and no values.
        if depth < 4 and "[key: string]" not in kind:
            nested = sdk.nested(kind)
            if nested and name not in path:
                rules.update(values(nested, sdk, enums, at, depth + 1))
    return rules


def main():
    sdk = Sdk(root, "azure-native")
    enums = enumerations(sdk.folder)
    with open(os.path.join(here, "azure.types.json")) as file:
        table = json.load(file)
    with open(os.path.join(root, "config", "addresses.json")) as file:
        addresses = json.load(file)
    types = {}
    for token, row in sorted(table.items()):
        names = sdk.arguments(token)
        address = re.findall(r"\{(\w+)\}", addresses[token])
        fixed = set(address) | set(row.get("createOnly", {})) | ({"location"} & set(names))
        types[token] = {
            "model": addresses[token],
            "required": [],
            "createOnly": sorted(fixed & set(names)),
            "values": {path: limits for path, limits in values(names, sdk, enums).items() if path.count(".") < 3 and path not in row.get("loose", {})},
        }
    result = {"model": "Azure's API descriptions, as the SDK declares them", "sdk": "@pulumi/azure-native %s" % sdk.version, "types": types}
    with open(os.path.join(here, "azure.generated.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(len(types), "types,", sum(len(t["values"]) for t in types.values()), "limits")


main()
