// A form that posts is sent once, however often the button is pressed. The server keeps the same promise; this only
// spares people a second answer.
const QUIET = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "allowRepeat" in form.dataset || form.matches("[hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  const again = () => {
    delete form.dataset.sent;
    event.submitter?.removeAttribute("aria-busy");
  };
  setTimeout(again, QUIET);
  window.addEventListener("pageshow", again, { once: true });
});
