// Fields of the admin panel that carry no label of their own are named by the head of their column or by their row.
function name(field, text) {
  if (text && !field.hasAttribute("aria-label") && !field.labels?.length) field.setAttribute("aria-label", text.trim());
}

function nameInlines(root) {
  for (const table of root.querySelectorAll(".tabular table")) {
    const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent);
    for (const cell of table.querySelectorAll("tbody td[class^=field-]")) {
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) name(field, heads[cell.cellIndex]);
    }
  }
  for (const box of root.querySelectorAll(".select2-selection, .select2-selection__rendered")) {
    const select = box.closest(".select2-container")?.previousElementSibling;
    name(box, select?.labels?.[0]?.textContent || select?.getAttribute("aria-label"));
  }
}

nameInlines(document);
document.addEventListener("formset:added", () => nameInlines(document));
new MutationObserver(() => nameInlines(document)).observe(document.getElementById("content"), { childList: true, subtree: true });
