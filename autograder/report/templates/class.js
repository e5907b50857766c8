"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const find = (id) => document.getElementById(id);
  const body = find("table").tBodies[0];
  const heads = [...document.querySelectorAll("[data-sort]")];
  const controls = { search: find("search"), status: find("status"), lost: find("lost"), holds: find("holds"), look: find("look") };
  const AT_ONCE = 50; // as in class.css: a table of thousands of rows takes long to lay out
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // Every row is read once; afterwards those that are wanted are put into the table.
  const rows = Array.from(body.rows, (row) => {
    const [student, , , lost, wrong] = Array.from(row.cells, (cell) => cell.textContent);
    return {
      row, student, lost, wrong,
      status: row.dataset.status,
      score: row.dataset.score === "" ? -1 : Number(row.dataset.score),
      seconds: Number(row.dataset.seconds),
      look: "look" in row.dataset,
      exercises: new Set(lost.split(", ").map((part) => part.split(" ")[0])),
      ids: new Set(wrong.split(", ")),
      text: `${student} ${row.dataset.status} ${lost} ${wrong}`.toLowerCase(),
    };
  });

  function fits(each, words) {
    return (!controls.status.value || each.status === controls.status.value)
      && (!controls.lost.value || each.exercises.has(controls.lost.value))
      && (!controls.holds.value || each.ids.has(controls.holds.value))
      && (!controls.look.checked || each.look)
      && words.every((word) => each.text.includes(word));
  }

  function fitting() {
    const words = controls.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter((each) => fits(each, words));
  }

  function list(most) {
    const found = fitting();
    body.replaceChildren(...found.slice(0, most).map((each) => each.row));
    find("count").textContent = found.length;
    find("nothing").hidden = found.length > 0;
    find("more").hidden = found.length <= most;
  }

  const filter = () => list(AT_ONCE);

  function compare(key) {
    if (key === "score" || key === "seconds") return (one, other) => one[key] - other[key];
    return (one, other) => collator.compare(one[key], other[key]);
  }

  function sort(button) {
    const head = button.closest("th");
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.closest("th").removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const order = compare(button.dataset.sort);
    rows.sort(descending ? (one, other) => order(other, one) : order);
    filter();
  }

  function reset() {
    for (const control of Object.values(controls)) {
      if (control.type === "checkbox") control.checked = false;
      else control.value = "";
    }
    filter();
  }

  for (const control of Object.values(controls)) control.addEventListener("input", filter);
  for (const button of heads) button.addEventListener("click", () => sort(button));
  find("reset").addEventListener("click", reset);
  find("more").addEventListener("click", () => list(Infinity));
  window.addEventListener("beforeprint", () => list(Infinity));
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => {
      reset();
      controls.holds.value = button.dataset.show;
      filter();
      find("students").scrollIntoView();
      controls.holds.focus();
    });
  }
  // The words of a choice are in no element that could be hidden.
  document.addEventListener("language", ({ detail }) => {
    for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[detail];
  });
  find("table").classList.add("ready");
  filter(); // a browser may have kept what was typed before the page was loaded again
});
