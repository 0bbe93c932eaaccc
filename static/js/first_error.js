// After a form came back with errors the first wrong field has the focus; help and error are tied to the field.
const wrong = document.querySelector("form .is-invalid:not(div):not([type=hidden])");
const summary = document.querySelector(".form-errors");
const target = wrong || summary;

if (target) {
  target.focus({ preventScroll: true });
  (summary || target).scrollIntoView({ block: "center" });
}
