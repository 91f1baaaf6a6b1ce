"""Draws a training run as an SVG: loss and accuracy by epoch, and which kinds were taken for which."""

INK, MUTED, GRID, PAPER = "#1f2937", "#6b7280", "#e5e7eb", "#ffffff"
TRAINING, VALIDATION = "#0f766e", "#ea580c"
WIDTH, HEIGHT, TOP, SIDE = 1080, 436, 126, 230


def text(x, y, words, size=12, color=MUTED, anchor="start", weight=400):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{words}</text>'
    )


def chart(left, title, history, keys, low, high, form):
    """Two lines over the epochs, with a grid and the last values."""
    width, bottom = 270, TOP + SIDE
    parts = [text(left, TOP - 22, title, 15, INK, weight=600)]
    for step in range(5):
        y = bottom - SIDE * step / 4
        parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(text(left - 8, y + 4, form(low + (high - low) * step / 4), 11, anchor="end"))
    last = history[-1]["epoch"]
    for epoch in (1, last):
        anchor = "start" if epoch == 1 else "end"
        parts.append(text(left if epoch == 1 else left + width, bottom + 20, f"epoch {epoch}", 11, anchor=anchor))
    for key, color in zip(keys, (TRAINING, VALIDATION)):
        points = []
        for index, point in enumerate(history):
            x = left + width * index / max(1, len(history) - 1)
            y = bottom - SIDE * (min(max(point[key], low), high) - low) / (high - low)
            points.append(f"{x:.1f},{y:.1f}")
        x, y = points[-1].split(",")
        line = " ".join(points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2.5" stroke-linejoin="round"/>')
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{color}" stroke="{PAPER}" stroke-width="1.5"/>')
    return parts


def matrix(left, confusion, kinds):
    """Rows: what it is; columns: what the network says."""
    cell = SIDE / len(kinds)
    parts = [text(left, TOP - 22, "What was taken for what", 15, INK, weight=600)]
    for row, counts in enumerate(confusion):
        parts.append(text(left - 10, TOP + cell * (row + 0.5) + 4, kinds[row], 12, INK, "end"))
        parts.append(text(left + cell * (row + 0.5), TOP + SIDE + 20, kinds[row], 12, INK, "middle"))
        for column, count in enumerate(counts):
            share = count / max(1, sum(counts))
            color = TRAINING if row == column else VALIDATION
            x, y = left + cell * column, TOP + cell * row
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{y + 2:.1f}" width="{cell - 4:.1f}" height="{cell - 4:.1f}" rx="8" '
                f'fill="{color}" fill-opacity="{0.06 + 0.84 * share:.2f}"/>'
            )
            ink = PAPER if share > 0.55 else INK
            parts.append(text(x + cell / 2, y + cell / 2 + 7, count, 20, ink, "middle", 600))
    return parts


def draw(history, confusion, kinds):
    """The whole picture as text."""
    last = history[-1]
    highest = max(max(point["loss"], point["validation_loss"]) for point in history)
    subtitle = (
        f"{last['epoch']} epochs · validation loss {last['validation_loss']:.3f} · "
        f"validation accuracy {last['validation_accuracy']:.1%}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Inter, system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="16" fill="{PAPER}"/>',
        text(40, 44, "Three kinds of iris, told apart", 22, INK, weight=700),
        text(40, 66, subtitle, 13),
        *chart(70, "Loss", history, ("loss", "validation_loss"), 0, highest * 1.02, lambda v: f"{v:.2f}"),
        *chart(410, "Accuracy", history, ("accuracy", "validation_accuracy"), 0, 1, lambda v: f"{v:.0%}"),
        *matrix(810, confusion, kinds),
    ]
    for x, color, word in ((70, TRAINING, "training"), (150, VALIDATION, "validation")):
        parts.append(f'<circle cx="{x + 5}" cy="{HEIGHT - 28}" r="5" fill="{color}"/>')
        parts.append(text(x + 16, HEIGHT - 24, word, 12))
    return "\n".join([*parts, "</svg>"]) + "\n"
