// The search over the list and the map.

import "./page.js";

const form = document.querySelector("#filter");
const text = document.querySelector("#filter-text");
const theme = document.querySelector("#filter-theme");
const noMatch = document.querySelector("#no-match");

function filter() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (element) =>
    (!theme.value || element.dataset.theme === theme.value) &&
    words.every((word) => element.dataset.name.includes(word));
  let n = 0;
  for (const group of document.querySelectorAll("[data-group]")) {
    const rows = [...group.querySelectorAll("tbody tr")];
    for (const row of rows) row.hidden = !fits(row);
    const shown = rows.filter((row) => !row.hidden).length;
    group.hidden = shown === 0;
    n += shown;
  }
  for (const marker of document.querySelectorAll(".marker")) {
    marker.classList.toggle("is-hidden", !fits(marker));
  }
  const nothing = n === 0 && (text.value !== "" || theme.value !== "");
  noMatch.hidden = !nothing;
  noMatch.textContent = nothing ? noMatch.dataset.text : "";
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", filter);
document.addEventListener("refreshed", filter);
