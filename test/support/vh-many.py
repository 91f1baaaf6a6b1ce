"""The official client, unmodified: its commands listed, and many of them typed, each in a process of its own.

To import the client costs ten times what a command costs; a fork of a process that has imported it need not.
Reads [{"args", "env", "cwd", "input"}, ...]; writes {"tree": [...], "options": [[command, "-o", "--option"], ...], "outcomes": [{"code", "stdout", "stderr"}, ...]}.
"""

import json
import os
import signal
import sys
import tempfile
import traceback
import warnings

import click

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from valohai_cli.cli import cli

    TOGETHER = 4
    SECONDS = 60

    def leaves(command, path):
        context = click.Context(command)
        if not hasattr(command, "list_commands"):
            return [(" ".join(path), command)]
        inside = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        return [leaf for name, each in inside for leaf in leaves(each, [*path, name.replace("_", "-")])]

    commands = leaves(cli, [])
    tree = [name for name, _ in commands]
    options = [
        [name, *param.opts, *param.secondary_opts]
        for name, command in commands
        for param in command.params
        if param.param_type_name == "option"
    ]


def type_it(asked, streams):
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    os.chdir(asked["cwd"])
    os.environ.update(asked["env"])
    sys.argv = ["vh", *asked["args"]]
    signal.alarm(SECONDS)
    code = 1
    try:
        cli()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def begin(asked):
    streams = [tempfile.TemporaryFile() for _ in range(3)]
    streams[0].write(asked.get("input", "").encode())
    streams[0].seek(0)
    child = os.fork()
    if child == 0:
        type_it(asked, streams)
    return child, streams


def read(stream):
    stream.seek(0)
    return stream.read().decode()


asked = json.load(sys.stdin)
outcomes = [None] * len(asked)
waiting = list(enumerate(asked))
running = {}
while waiting or running:
    while waiting and len(running) < TOGETHER:
        index, each = waiting.pop(0)
        child, streams = begin(each)
        running[child] = index, streams
    child, status = os.wait()
    index, streams = running.pop(child)
    code = os.waitstatus_to_exitcode(status)
    outcomes[index] = {"code": code, "stdout": read(streams[1]), "stderr": read(streams[2])}
json.dump({"tree": tree, "options": options, "outcomes": outcomes}, sys.stdout)
