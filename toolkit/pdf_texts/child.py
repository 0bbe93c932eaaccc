"""Prints the text of an untrusted PDF, one line for each of its lines; little memory and time are given.

Run as a script by toolkit.pdf_texts with the file's path and three limits; imports nothing of the portal."""

import logging
import resource
import sys

from pypdf import PdfReader

logging.disable(logging.CRITICAL)


def main(path: str, most: int, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    left = most + 1
    for page in PdfReader(path).pages:
        if left <= 0:
            break
        printable = "".join(letter if letter.isprintable() else " " for letter in page.extract_text())
        text = " ".join(printable.split())[:left]
        left -= len(text) + 1
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:5]))
