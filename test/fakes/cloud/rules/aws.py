"""
Rules of AWS's types, from AWS's own resource schemas as cfn-lint carries them, by the names of Pulumi's SDK.

    pip download --no-deps cfn-lint==1.58.0 && python3 test/fakes/cloud/rules/aws.py cfn_lint-*.whl

Writes aws.generated.json: per type what is required, what replaces when changed, and what values are taken. A property
that Pulumi names otherwise stands in aws.types.json (`renames`); where the provider is known to differ from the model
(`ours`) the reason stands there too.
"""
import json
import os
import re
import sys
import zipfile

from sdk import Sdk

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..", "..", "..")


def schemas(wheel):
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith("cfnlint/data/schemas/resources/") and name.endswith(".json"):
                schema = json.loads(archive.read(name))
                if "typeName" in schema:
                    found[schema["typeName"]] = schema
    return found


def plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def matcher(names, renames, kind):
    """The SDK's name of a property of the model: the same word, with or without the type's own name before it, one or many."""
    by_word = {plain(name): name for name in names}
    prefixes = {"", kind, re.sub(r"^DB|Group$", "", kind), "DB", "Cache", "LoadBalancer", "Bucket"}

    def match(model_name):
        if model_name in renames:
            return renames[model_name]
        word = plain(model_name)
        words = [word, *(word[len(plain(p)):] for p in prefixes if p and word.startswith(plain(p)))]
        for candidate in words:
            for form in (candidate, candidate + "s", candidate.rstrip("s"), re.sub("ies$", "y", candidate)):
                if form and form in by_word:
                    return by_word[form]
        return None

    return match


def resolved(schema, part):
    while "$ref" in part:
        target = schema
        for step in part["$ref"].lstrip("#/").split("/"):
            target = target[step]
        part = target
    return part


def values(schema, part, names, renames, kind, sdk, path=(), depth=0):
    """Enumerations, patterns and bounds below a part of the model, by path in the SDK's words."""
    rules = {}
    match = matcher(names, renames, kind)
    for name, below in resolved(schema, part).get("properties", {}).items():
        ours = match(name)
        if ours is None or ours not in names:
            continue
        below = resolved(schema, below)
        if below.get("type") == "array":
            below = resolved(schema, below.get("items", {}))
        here_path = (*path, ours)
        limits = {}
        if "boolean" in names[ours]:
            continue
        if "enum" in below and below.get("type") in (None, "string", "integer"):
            limits["enum"] = below["enum"]
        for key in ("maxLength", "minLength", "minimum", "maximum", "pattern"):
            if key in below and isinstance(below[key], (int, str)):
                limits[key] = below[key]
        if limits:
            rules[".".join(here_path)] = limits
        nested = sdk.nested(names[ours])
        if nested and depth < 3:
            rules.update(values(schema, below, nested, {}, "", sdk, here_path, depth + 1))
    return rules


def main(wheel):
    models = schemas(wheel)
    sdk = Sdk(root, "aws")
    types = {}
    with open(os.path.join(here, "aws.types.json")) as file:
        table = json.load(file)
    for token, row in table.items():
        if row["model"] is None:
            continue
        schema = models[row["model"]]
        renames, ours = row.get("renames", {}), row.get("ours", {})
        names = sdk.arguments(token)
        match = matcher(names, renames, row["model"].split("::")[-1])

        def listed(key):
            excused = ours.get(key, {})
            tops = [entry.removeprefix("/properties/") for entry in schema.get(key + "Properties", schema.get(key, []))]
            found = {match(top) for top in tops if "/" not in top and "*" not in excused and top not in excused}
            return sorted(name for name in found if name in names)

        types[token] = {
            "model": row["model"],
            "required": listed("required"),
            "createOnly": listed("createOnly"),
            "values": values(schema, schema, names, renames, row["model"].split("::")[-1], sdk),
        }
    version = re.search(r"cfn_lint-([\d.]+?)-", os.path.basename(wheel)).group(1)
    result = {"model": f"cfn-lint {version}", "sdk": f"@pulumi/aws {sdk.version}", "types": types}
    with open(os.path.join(here, "aws.generated.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(len(types), "types,", sum(len(t["values"]) for t in types.values()), "limits")


main(sys.argv[1])
