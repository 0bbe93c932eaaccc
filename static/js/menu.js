// The menu of narrow screens (without this file it opens by its address, #menu) and <details class="menu">, which close
// on Escape and when something else is chosen.
const menu = document.querySelector("[data-menu]");
const opener = document.querySelector("[data-menu-open]");

function show(open) {
  menu.classList.toggle("open", open);
  opener.setAttribute("aria-expanded", String(open));
  if (open) menu.querySelector("[data-menu-close]").focus();
  else opener.focus();
}

if (menu && opener) {
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    show(true);
  });
  menu.querySelector("[data-menu-close]").addEventListener("click", (event) => {
    event.preventDefault();
    show(false);
  });
  document.addEventListener("click", (event) => {
    const outside = !menu.contains(event.target) && !opener.contains(event.target);
    if (menu.classList.contains("open") && outside) show(false);
  });
}

function openMenus() {
  return document.querySelectorAll("details.menu[open]");
}

document.addEventListener("click", (event) => {
  for (const details of openMenus()) if (!details.contains(event.target)) details.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menu?.classList.contains("open")) show(false);
  for (const details of openMenus()) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});
