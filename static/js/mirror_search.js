// Searches titles, parties and numbers in the static mirror, without a server. The index comes with the first letter.
(function () {
  const box = document.getElementById("mirror-search");
  const input = document.getElementById("mirror-q");
  const found = document.getElementById("mirror-found");
  const list = document.getElementById("mirror-list");
  const count = document.getElementById("mirror-count");
  const MOST = 100;
  box.hidden = false;

  function whenRead(next) {
    if (window.mirrorRows) return next();
    const script = document.createElement("script");
    script.src = input.dataset.index;
    script.onload = next;
    document.head.append(script);
  }

  function part(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function drawn([key, title, parties, number, years, kind]) {
    const row = part("li", "public-row", "");
    const what = part("div", "public-what", "");
    const heading = document.createElement("h3");
    const link = document.createElement("a");
    link.href = `naskah/${key}.html`;
    link.textContent = title;
    heading.append(link);
    what.append(heading, part("p", "", parties), part("p", "public-number", number));
    row.append(part("span", "public-kind", kind), what, part("div", "public-term", years));
    return row;
  }

  function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.hidden = !words.length;
    const hits = words.length
      ? window.mirrorRows.filter((row) => {
          const text = row.slice(1, 4).join(" ").toLowerCase();
          return words.every((word) => text.includes(word));
        })
      : [];
    count.textContent = hits.length;
    list.replaceChildren(...hits.slice(0, MOST).map(drawn));
  }

  input.addEventListener("input", () => whenRead(search));
})();
