"""Trains a small network on Fisher's irises, reports every epoch, writes a model and a picture."""

import argparse
import csv
import glob
import json
import os
import random
import time

from network import Network
from picture import draw


def read_flowers():
    """The table given as input `flowers`, else the one in the repository."""
    given = sorted(glob.glob(os.path.join(os.environ.get("VH_INPUTS_DIR", "/valohai/inputs"), "flowers", "*")))
    path = given[0] if given else os.path.join(os.path.dirname(os.path.abspath(__file__)), "iris.csv")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    features, rows = rows[0][:-1], [row for row in rows[1:] if row]
    kinds = list(dict.fromkeys(row[-1] for row in rows))
    print(f"{len(rows)} flowers of {len(kinds)} kinds from {os.path.basename(path)}")
    return features, kinds, [([float(v) for v in row[:-1]], kinds.index(row[-1])) for row in rows]


def split(examples, seed):
    """One flower in three of every kind is kept back for validation."""
    shuffled = random.Random(seed).sample(examples, len(examples))
    training, validation, seen = [], [], {}
    for example in shuffled:
        seen[example[1]] = seen.get(example[1], 0) + 1
        (validation if seen[example[1]] % 3 == 0 else training).append(example)
    return training, validation


def scale(examples, means, spreads):
    return [([(v - m) / s for v, m, s in zip(x, means, spreads)], label) for x, label in examples]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--hidden", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pause", type=float, default=0.05)
    options = parser.parse_args()

    features, kinds, flowers = read_flowers()
    training, validation = split(flowers, options.seed)
    columns = list(zip(*(x for x, _ in training)))
    means = [sum(column) / len(column) for column in columns]
    spreads = [(sum((v - m) ** 2 for v in column) / len(column)) ** 0.5 or 1.0 for column, m in zip(columns, means)]
    training, validation = scale(training, means, spreads), scale(validation, means, spreads)

    network = Network(len(features), options.hidden, len(kinds), options.seed)
    order = random.Random(options.seed)
    history = []
    for epoch in range(1, options.epochs + 1):
        for x, label in order.sample(training, len(training)):
            network.learn(x, label, options.learning_rate)
        loss, accuracy = network.measure(training)
        validation_loss, validation_accuracy = network.measure(validation)
        history.append(
            {
                "epoch": epoch,
                "loss": round(loss, 5),
                "accuracy": round(accuracy, 4),
                "validation_loss": round(validation_loss, 5),
                "validation_accuracy": round(validation_accuracy, 4),
            }
        )
        # A line that is one JSON object becomes a point of the run's charts.
        print(json.dumps(history[-1]), flush=True)
        time.sleep(options.pause)

    confusion = [[0] * len(kinds) for _ in kinds]
    for x, label in validation:
        confusion[label][network.predict(x)] += 1

    outputs = os.environ.get("VH_OUTPUTS_DIR", "outputs")
    os.makedirs(outputs, exist_ok=True)
    model = {
        "features": features,
        "kinds": kinds,
        "means": means,
        "spreads": spreads,
        "hidden": network.hidden,
        "output": network.output,
    }
    with open(os.path.join(outputs, "model.json"), "w", encoding="utf-8") as file:
        json.dump(model, file, indent=1)
    with open(os.path.join(outputs, "report.svg"), "w", encoding="utf-8") as file:
        file.write(draw(history, confusion, kinds))
    print(f"Of {len(validation)} flowers never seen before, {history[-1]['validation_accuracy']:.0%} were named rightly.")
    print("Wrote model.json and report.svg")


if __name__ == "__main__":
    main()
