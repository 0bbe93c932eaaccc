// Sessions of the rundown by drag: dropping one posts the same form as the buttons do, with the place it came to. A form
// that stands in the place of a row is closed by loading the page anew; nothing of it is kept but what was saved.
const form = document.querySelector("[data-agenda-step]");

function field(name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  form.append(input);
}

// The session that follows in the same track, also in a later part of the day (behind a break for all rooms).
function follower(item) {
  if (item.nextElementSibling?.dataset.session) return item.nextElementSibling.dataset.session;
  const track = item.parentElement;
  const same = [...document.querySelectorAll("[data-track]")].filter(
    (one) => one.dataset.day === track.dataset.day && one.dataset.room === track.dataset.room,
  );
  for (const later of same.slice(same.indexOf(track) + 1)) {
    const first = later.querySelector("[data-session]");
    if (first) return first.dataset.session;
  }
  return "";
}

function dropped({ item, to, from, oldIndex, newIndex }) {
  if (to === from && oldIndex === newIndex) return;
  field("day", to.dataset.day);
  if (to.dataset.room !== undefined) field("room", to.dataset.room);
  const before = follower(item);
  field("before", before);
  field("last", before ? "" : "1");
  form.action = form.dataset.move.replace("/0/", `/${item.dataset.session}/`);
  form.requestSubmit();
}

if (form && window.Sortable) {
  for (const track of document.querySelectorAll("[data-track]")) {
    window.Sortable.create(track, {
      group: "agenda",
      handle: ".drag-handle",
      draggable: "[data-session]",
      animation: 120,
      onEnd: dropped,
    });
  }
  document.body.classList.add("can-drag");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close-in-place]")) return;
  event.preventDefault();
  window.location.reload();
});
