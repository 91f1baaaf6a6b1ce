"""
What the official library says of many files, in one process: a line of standard input is a JSON list of questions,
a line of standard output the list of answers.
"""

import datetime
import json
import sys
import warnings

import valohai_yaml.lint
import valohai_yaml.validation
import yaml
from valohai_yaml.commands import join_command
from valohai_yaml.objs import Config
from valohai_yaml.pipelines.conversion import PipelineConverter
from valohai_yaml.utils.duration import parse_duration

warnings.simplefilter("ignore")


def plain(value):
    """A value of YAML with its Python type, as JSON."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"$int": str(value)}
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"$time": str(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return {"$odd": repr(value)}


def read(text):
    try:
        return {"value": plain(yaml.safe_load(text))}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return {"refused": str(error), "line": mark and mark.line + 1, "column": mark and mark.column + 1}
    except Exception as error:
        return {"refused": repr(error)}


class Recorder:
    """The library's own check against the schema, done once and listened to."""

    def __init__(self):
        self.validator = valohai_yaml.validation.get_validator()
        self.errors = None

    def iter_errors(self, data):
        self.errors = list(self.validator.iter_errors(data))
        return self.errors


recorder = Recorder()
valohai_yaml.lint.get_validator = lambda: recorder


def lint_text(text):
    recorder.errors = None
    try:
        result = valohai_yaml.lint.lint(text, ansi_colors=False)
    except Exception as error:
        # The library itself says of such a file: "could not parse YAML".
        return {"crash": repr(error)}
    counts = {"error": 0, "warning": 0, "hint": 0}
    for message in result.messages:
        counts[message["type"]] += 1
    schema = None
    if recorder.errors is not None:
        schema = [{"path": list(map(str, error.path)), "rule": error.validator} for error in recorder.errors]
    return {
        "counts": counts,
        "schema": schema,
        "messages": [{"level": m["type"], "message": m["message"].strip()} for m in result.messages],
    }


def commands(text, values):
    """For every step: the parameters that the library lets through, and the commands it builds."""
    config = Config.parse(yaml.safe_load(text))
    out = []
    for step in config.steps.values():
        given = {}
        errors = []
        for name, value in {**step.get_parameter_defaults(include_flags=False), **values.get(step.name, {})}.items():
            parameter = step.parameters.get(name)
            if parameter is None:
                continue
            try:
                given[name] = value if value is None else parameter.validate(value)
            except Exception as error:
                errors.append([name, repr(error)])
        if errors:
            out.append({"step": step.name, "refused": errors})
            continue
        built = step.build_command(given)
        out.append({"step": step.name, "commands": built, "joined": join_command(built, " && ")})
    return out


def convert(text, commit, arguments):
    config = Config.parse(yaml.safe_load(text))
    return {
        name: PipelineConverter(
            config=config, commit_identifier=commit, parameter_arguments=arguments.get(name, {})
        ).convert_pipeline(pipeline)
        for name, pipeline in config.pipelines.items()
    }


def ask(question):
    text = question.get("text")
    answer = {}
    for ask_for in question["ask"]:
        try:
            if ask_for == "read":
                answer["read"] = read(text)
            elif ask_for == "lint":
                answer["lint"] = lint_text(text)
            elif ask_for == "commands":
                answer["commands"] = commands(text, question.get("values", {}))
            elif ask_for == "convert":
                answer["convert"] = convert(text, question.get("commit"), question.get("arguments", {}))
            elif ask_for == "duration":
                duration = parse_duration(question["duration"])
                answer["duration"] = None if duration is None else duration.total_seconds()
        except Exception as error:
            answer[ask_for] = {"crash": repr(error)}
    return answer


def jsonable(value):
    """What JavaScript's JSON has no form for becomes the text that Python prints."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return str(value)
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


for line in sys.stdin:
    print(json.dumps([jsonable(ask(question)) for question in json.loads(line)]), flush=True)
