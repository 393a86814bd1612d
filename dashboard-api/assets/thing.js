import { follow, pauseButton, refreshParts } from "./follow.js";

const thing = document.querySelector("[data-thing]").dataset.thing;
const stream = follow({ thing, everyMs: 10_000, refresh: refreshParts });
pauseButton(document.querySelector("#pause"), stream);
