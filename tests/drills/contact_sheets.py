"""Put pictures of pages together on contact sheets: a row a state, a column a setting of the browser."""

from pathlib import Path

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT = 360, 420
_ROWS = 8


def write_sheets(folder: Path) -> list[Path]:
    """Write `sheet-01.png` and so on from the pictures `STATE-SCHEME-WIDTH.png` in a folder; return their paths."""
    states: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.png")):
        if not path.name.startswith("sheet-"):
            states.setdefault(_state_of(path), []).append(path)
    rows = list(states.items())
    sheets = []
    for number, start in enumerate(range(0, len(rows), _ROWS), 1):
        sheets.append(folder / f"sheet-{number:02d}.png")
        _sheet(rows[start : start + _ROWS]).save(sheets[-1])
    return sheets


def _state_of(path: Path) -> str:
    return path.stem.partition("-light-")[0].partition("-dark-")[0]


def _sheet(rows: list[tuple[str, list[Path]]]) -> Image.Image:
    columns = max(len(paths) for _state, paths in rows)
    sheet = Image.new("RGB", (columns * (_WIDTH + 10), len(rows) * (_HEIGHT + 26)), "#808080")
    draw = ImageDraw.Draw(sheet)
    for row, (_state, paths) in enumerate(rows):
        for column, path in enumerate(paths):
            left, top = column * (_WIDTH + 10), row * (_HEIGHT + 26)
            draw.text((left + 2, top + 4), path.stem, fill="white")
            with Image.open(path) as picture:
                picture.thumbnail((_WIDTH, 10_000))
                sheet.paste(picture.crop((0, 0, picture.width, min(picture.height, _HEIGHT))), (left, top + 22))
    return sheet
