// In the admin panel's forms: after a form came back with errors the first wrong field has the focus. Django's own script
// focuses the first field of an empty form and is loaded "async", so this waits until everything has run.
const focusFirstWrong = () => {
  const wrong = document.querySelector(
    ".errors input:not([type=hidden]), .errors select, .errors textarea, [aria-invalid=true]",
  );
  if (!wrong) return;
  wrong.focus({ preventScroll: true });
  document.querySelector(".form-errors")?.scrollIntoView({ block: "center" });
};

if (document.readyState === "complete") focusFirstWrong();
else window.addEventListener("load", focusFirstWrong);
