// Bars of the calendar that may be moved: dragged, stretched by an edge, or moved by keys. Nothing is changed here: what
// would follow is fetched from the server and shown; the form in it says yes. Each bar also has a link to the form.
const DAY = 86_400_000;
const EDGE = 10;
const THRESHOLD = 5;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

const table = document.querySelector("[data-calendar]");
const dialog = document.getElementById("cal-dialog");
const status = document.querySelector("[data-calendar-status]");
const shown = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long", timeZone: "UTC" });

const plus = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY).toISOString().slice(0, 10);
const between = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);
const dayAt = (x, y) => document.elementsFromPoint(x, y).find((one) => one.matches("[data-day]"))?.dataset.day;

// The days that bars would take: mode is "move", "start" or "end"; a stretch never turns a workshop around.
function changed(bar, mode, n) {
  const { first, last } = bar.dataset;
  if (mode === "start") return [plus(first, Math.min(n, between(first, last))), last];
  if (mode === "end") return [first, plus(last, Math.max(n, -between(first, last)))];
  return [plus(first, n), plus(last, n)];
}

function mark(days) {
  for (const cell of table.querySelectorAll(".is-target")) cell.classList.remove("is-target");
  if (!days) return;
  for (const cell of table.querySelectorAll("[data-day]")) {
    cell.classList.toggle("is-target", days[0] <= cell.dataset.day && cell.dataset.day <= days[1]);
  }
}

async function showConsequences(bar, days) {
  const query = new URLSearchParams({ mulai: days[0], selesai: days[1], versi: bar.dataset.version, kembali: status.dataset.here });
  const url = `${bar.dataset.move}?${query}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } }).catch(() => null);
  const elsewhere = answer?.headers.get("HX-Redirect");
  const text = answer?.ok && !elsewhere ? await answer.text() : "";
  // A form with errors is a whole page, and so is whatever went wrong: go there.
  if (!text || text.includes("<!DOCTYPE")) {
    location.assign(elsewhere || url);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  dialog.querySelector("[data-body]").replaceChildren(...page.body.childNodes);
  dialog.showModal();
  dialog.addEventListener("close", () => mark(null), { once: true });
}

dialog.addEventListener("click", (event) => {
  if (event.target !== dialog && !event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});

// --- by pointer

function follow(bar, mode, event) {
  const from = { x: event.clientX, y: event.clientY, day: dayAt(event.clientX, event.clientY) };
  let days = null;
  const isFar = (at) => Math.hypot(at.clientX - from.x, at.clientY - from.y) > THRESHOLD;

  const moved = (at) => {
    if (!days && !isFar(at)) return;
    const day = dayAt(at.clientX, at.clientY);
    document.body.classList.add(mode === "move" ? "cal-moving" : "cal-stretching");
    bar.classList.add("is-moved");
    days ??= [bar.dataset.first, bar.dataset.last];
    // What has no day yet takes the one it is dropped on.
    if (day) days = bar.dataset.first ? changed(bar, mode, between(from.day, day)) : [day, day];
    mark(days);
  };
  const end = () => {
    document.removeEventListener("pointermove", moved);
    document.removeEventListener("pointerup", dropped);
    document.removeEventListener("pointercancel", cancelled);
    document.removeEventListener("keydown", escaped, true);
    document.body.classList.remove("cal-moving", "cal-stretching");
    bar.classList.remove("is-moved");
  };
  const cancelled = () => {
    end();
    mark(null);
  };
  const escaped = (key) => {
    if (key.key === "Escape") cancelled();
  };
  const dropped = (at) => {
    const target = dayAt(at.clientX, at.clientY);
    end();
    if (!days) return;
    // The click that follows a drag must not open the workshop.
    const silence = (click) => click.preventDefault();
    bar.addEventListener("click", silence, { once: true, capture: true });
    setTimeout(() => bar.removeEventListener("click", silence, true));
    if (target && days[0] && (days[0] !== bar.dataset.first || days[1] !== bar.dataset.last)) showConsequences(bar, days);
    else mark(null);
  };
  document.addEventListener("pointermove", moved);
  document.addEventListener("pointerup", dropped);
  document.addEventListener("pointercancel", cancelled);
  document.addEventListener("keydown", escaped, true);
}

function grip(bar, event) {
  const box = bar.getBoundingClientRect();
  if (bar.classList.contains("ends") && event.clientX > box.right - EDGE) return "end";
  if (bar.classList.contains("starts") && event.clientX < box.left + EDGE) return "start";
  return "move";
}

// --- by keys

let asked = null;

function forget() {
  asked = null;
  mark(null);
}

function pressed(bar, event) {
  if (event.key in KEYS && event.shiftKey && bar.dataset.first) {
    event.preventDefault();
    const mode = event.ctrlKey ? "end" : "move";
    if (asked?.bar !== bar || asked.mode !== mode) asked = { bar, mode, n: 0 };
    asked.n += KEYS[event.key];
    asked.days = changed(bar, mode, asked.n);
    mark(asked.days);
    status.textContent = status.dataset.moved.replace("{0}", asked.days.map((day) => shown.format(Date.parse(day))).join(" – "));
  } else if (event.key === "Enter" && asked?.bar === bar) {
    event.preventDefault();
    const { days } = asked;
    asked = null;
    showConsequences(bar, days);
  } else if (event.key === "Escape" && asked) {
    forget();
    status.textContent = status.dataset.undone;
  }
}

for (const bar of document.querySelectorAll("[data-move]")) {
  bar.classList.add("can-move");
  bar.setAttribute("aria-describedby", "cal-hint");
  bar.draggable = false;
  bar.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType !== "touch") follow(bar, bar.dataset.first ? grip(bar, event) : "move", event);
  });
  bar.addEventListener("keydown", (event) => pressed(bar, event));
  bar.addEventListener("blur", () => asked && forget());
}
document.body.dataset.calendar = "ready";
