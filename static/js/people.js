// One more row for a person to ask, made of the last one; without this script one blank row stands below the others.
const more = (people) => {
  const rows = people.querySelectorAll(".person");
  const row = rows[rows.length - 1].cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.name = input.name.replace(/-people-\d+-/, `-people-${rows.length}-`);
    input.id = `id_${input.name}`;
    input.closest("label").htmlFor = input.id;
  }
  rows[rows.length - 1].after(row);
  row.querySelector("input").focus();
  return rows.length + 1;
};

const offer = (people) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline btn-sm";
  button.textContent = people.dataset.add;
  people.append(button);
};

for (const people of document.querySelectorAll(".people")) offer(people);
document.addEventListener("click", ({ target }) => {
  const people = target.closest(".people > button")?.parentElement;
  if (people && more(people) >= Number(people.dataset.most)) target.remove();
});
