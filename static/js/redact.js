// Black boxes over the pages of a signed copy, by pointer, finger or keyboard. The form posts them as parts of a page;
// the server burns them in. Boxes stand in an SVG with 1000 units each way, whatever the size of the page.
const SIZE = 1000;
const STEP = 5;
const LEAST = 6;
const GRIP = 12;
const SVG = "http://www.w3.org/2000/svg";
const form = document.querySelector("[data-redact]");

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

class Boxes {
  constructor(form) {
    this.field = form.querySelector("[name=boxes]");
    this.count = form.querySelector("[data-redact-count]");
    this.words = this.count.textContent.replace(/^\s*\d+\s*/, "").trim();
    this.pages = new Map();
    for (const svg of form.querySelectorAll("[data-redact-page]")) {
      this.pages.set(Number(svg.dataset.redactPage), svg);
      this.listen(svg);
    }
    for (const button of form.querySelectorAll("[data-redact-add]")) {
      button.addEventListener("click", () => {
        const rect = this.add(this.pages.get(Number(button.dataset.redactAdd)), 300, 440, 400, 40);
        rect.focus();
        rect.scrollIntoView({ block: "center" });
      });
    }
    // where a finger would scroll, a page takes boxes only while its button is pressed
    for (const button of form.querySelectorAll("[data-redact-draw]")) {
      button.addEventListener("click", () => {
        const draws = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", draws);
        this.pages.get(Number(button.dataset.redactDraw)).classList.toggle("draws", draws);
      });
    }
    this.restore();
    this.save();
  }

  restore() {
    let kept = [];
    try {
      kept = JSON.parse(this.field.value || "[]");
    } catch {
      kept = [];
    }
    for (const { page, x, y, width, height } of kept) {
      const svg = this.pages.get(page);
      if (svg) this.add(svg, x * SIZE, y * SIZE, width * SIZE, height * SIZE);
    }
  }

  add(svg, x, y, width, height) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "img");
    rect.setAttribute("aria-label", svg.dataset.label);
    rect.setAttribute("aria-describedby", "redact-help");
    rect.addEventListener("focus", () => this.grip(rect));
    svg.append(rect);
    this.place(rect, x, y, width, height);
    return rect;
  }

  // The corner by which the box in hand is made larger or smaller; round on the screen whatever the size of the page.
  grip(rect) {
    const svg = rect.ownerSVGElement;
    for (const page of this.pages.values()) page.querySelector("ellipse")?.remove();
    const frame = svg.getBoundingClientRect();
    const corner = document.createElementNS(SVG, "ellipse");
    corner.setAttribute("rx", (GRIP / frame.width) * SIZE);
    corner.setAttribute("ry", (GRIP / frame.height) * SIZE);
    svg.append(corner);
    this.held = rect;
    this.follow(rect);
  }

  follow(rect) {
    const corner = rect.ownerSVGElement?.querySelector("ellipse");
    if (!corner || this.held !== rect) return;
    const [x, y, width, height] = this.read(rect);
    corner.setAttribute("cx", x + width);
    corner.setAttribute("cy", y + height);
  }

  remove(rect) {
    if (this.held === rect) rect.ownerSVGElement.querySelector("ellipse")?.remove();
    rect.remove();
  }

  place(rect, x, y, width, height) {
    const w = clamp(width, LEAST, SIZE);
    const h = clamp(height, LEAST, SIZE);
    const values = { x: clamp(x, 0, SIZE - w), y: clamp(y, 0, SIZE - h), width: w, height: h };
    for (const [name, value] of Object.entries(values)) rect.setAttribute(name, value.toFixed(1));
    this.follow(rect);
    this.save();
  }

  // The upper left corner stays where it is.
  size(rect, width, height) {
    const [x, y] = this.read(rect);
    this.place(rect, x, y, Math.min(width, SIZE - x), Math.min(height, SIZE - y));
  }

  read(rect) {
    return ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
  }

  save() {
    const boxes = [];
    for (const [page, svg] of this.pages) {
      for (const rect of svg.querySelectorAll("rect")) {
        const [x, y, width, height] = this.read(rect).map((value) => value / SIZE);
        boxes.push({ page, x, y, width, height });
      }
    }
    this.field.value = JSON.stringify(boxes);
    this.count.textContent = `${boxes.length} ${this.words}`;
  }

  at(svg, event) {
    const frame = svg.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * SIZE, ((event.clientY - frame.top) / frame.height) * SIZE];
  }

  listen(svg) {
    let drag = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const [x, y] = this.at(svg, event);
      const sizes = Boolean(event.target.closest("ellipse"));
      const hit = sizes ? this.held : event.target.closest("rect");
      const rect = hit || this.add(svg, x, y, LEAST, LEAST);
      drag = { rect, x, y, from: this.read(rect), moves: Boolean(hit) && !sizes, sizes, isNew: !hit };
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      rect.focus();
    });
    svg.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const [x, y] = this.at(svg, event).map((value) => clamp(value, 0, SIZE));
      const [left, top, width, height] = drag.from;
      if (drag.moves) this.place(drag.rect, left + x - drag.x, top + y - drag.y, width, height);
      else if (drag.sizes) this.size(drag.rect, width + x - drag.x, height + y - drag.y);
      else this.place(drag.rect, Math.min(x, drag.x), Math.min(y, drag.y), Math.abs(x - drag.x), Math.abs(y - drag.y));
    });
    const end = (event) => {
      if (!drag) return;
      const [, , width, height] = this.read(drag.rect);
      // a mere tap is no box
      if (drag.isNew && (event.type === "pointercancel" || (width <= LEAST && height <= LEAST))) this.remove(drag.rect);
      drag = null;
      this.save();
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
    svg.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const rect = event.target.closest("rect");
    if (!rect) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const [x, y, width, height] = this.read(rect);
      const [dx, dy] = way.map((part) => part * STEP);
      if (event.shiftKey) this.size(rect, width + dx, height + dy);
      else this.place(rect, x + dx, y + dy, width, height);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const others = [...rect.ownerSVGElement.querySelectorAll("rect")];
      const at = others.indexOf(rect);
      const next = others[at + 1] || others[at - 1];
      this.remove(rect);
      next?.focus();
      this.save();
    } else return;
    event.preventDefault();
  }
}

if (form) new Boxes(form);
