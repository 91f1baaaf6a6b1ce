"""A network with one hidden layer, in nothing but Python's standard library."""

import math
import random


class Network:
    """tanh hidden layer, softmax output, cross-entropy loss, plain stochastic gradient descent."""

    def __init__(self, inputs, hidden, outputs, seed):
        draw = random.Random(seed)
        self.hidden = [[draw.gauss(0, inputs**-0.5) for _ in range(inputs + 1)] for _ in range(hidden)]
        self.output = [[draw.gauss(0, hidden**-0.5) for _ in range(hidden + 1)] for _ in range(outputs)]

    def forward(self, x):
        """Hidden activations and class probabilities; the last weight of each neuron is its bias."""
        h = [math.tanh(sum(w * v for w, v in zip(row, x)) + row[-1]) for row in self.hidden]
        scores = [sum(w * v for w, v in zip(row, h)) + row[-1] for row in self.output]
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        total = sum(powers)
        return h, [power / total for power in powers]

    def learn(self, x, label, rate):
        """One step against the gradient of one example."""
        h, p = self.forward(x)
        error = [value - (index == label) for index, value in enumerate(p)]
        back = [sum(e * row[i] for e, row in zip(error, self.output)) for i in range(len(h))]
        for e, row in zip(error, self.output):
            for i, value in enumerate(h):
                row[i] -= rate * e * value
            row[-1] -= rate * e
        for b, value, row in zip(back, h, self.hidden):
            slope = rate * b * (1 - value * value)
            for i, feature in enumerate(x):
                row[i] -= slope * feature
            row[-1] -= slope

    def predict(self, x):
        _, p = self.forward(x)
        return p.index(max(p))

    def measure(self, examples):
        """Mean cross-entropy and share of right answers."""
        loss = right = 0
        for x, label in examples:
            _, p = self.forward(x)
            loss -= math.log(max(p[label], 1e-12))
            right += p.index(max(p)) == label
        return loss / len(examples), right / len(examples)
