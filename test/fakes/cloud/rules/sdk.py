"""Property names and nested types of an installed Pulumi SDK, read from its declarations."""
import os
import re


class Sdk:
    def __init__(self, root, package):
        self.folder = os.path.join(root, "node_modules", "@pulumi", package)
        self.version = __import__("json").load(open(os.path.join(self.folder, "package.json")))["version"]
        self.interfaces = self._interfaces(os.path.join(self.folder, "types", "input.d.ts"))

    def arguments(self, token):
        """Of a type such as `aws:ec2/vpc:Vpc`: property → type as TypeScript writes it."""
        _, module, name = token.split(":")
        lower = name[0].lower() + name[1:]
        folders = [part for part in module.split("/") if part != "index"]
        if folders and folders[-1] == lower:
            folders.pop()
        text = uncommented(open(os.path.join(self.folder, *folders, lower + ".d.ts")).read())
        body = re.search(r"export interface %sArgs \{(.*?)\n\}" % name, text, re.S)
        return fields(body.group(1), 4) if body else {}

    def nested(self, type_text):
        """Fields of the input interface that a type speaks of; none where it speaks of no interface."""
        name = re.search(r"inputs\.([\w.]+)", type_text)
        return self.interfaces.get(name.group(1), {}) if name else {}

    def _interfaces(self, path):
        found = {}
        namespace = []
        name, lines = None, []
        for line in uncommented(open(path).read()).split("\n"):
            if opened := re.match(r"(\s*)(?:export )?(?:declare )?namespace (\w+) \{", line):
                namespace.append(opened.group(2))
            elif opened := re.match(r"(\s*)(?:export )?interface (\w+) \{(.*)", line):
                name, lines, indent = opened.group(2), [], len(opened.group(1))
                if opened.group(3).strip() == "}":
                    name = None
            elif name and line.rstrip() == " " * indent + "}":
                found[".".join([*namespace, name])] = fields("\n".join(lines), indent + 4)
                name = None
            elif name:
                lines.append(line)
            elif re.match(r"\s*\}\s*$", line) and namespace:
                namespace.pop()
        return found


def uncommented(text):
    return re.sub(r"\n\s*\n", "\n", re.sub(r"/\*\*.*?\*/", "", text, flags=re.S))


def fields(body, indent):
    pattern = r"^ {%d}(\w+)\??: (.*?);$(?=\n {%d}\w|\s*\Z)" % (indent, indent)
    return {name: " ".join(kind.split()) for name, kind in re.findall(pattern, body, re.S | re.M)}
