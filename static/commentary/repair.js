// The repair of an imported source: with Shift a whole range of lines is selected, and the bar says
// how many are. Everything works without this file.
"use strict";

const boxes = [...document.querySelectorAll(".repair-line input")];
const chosen = document.getElementById("chosen");
const words = chosen?.textContent;
let last = -1;

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  chosen.textContent = count ? counted(chosen.dataset.selected, count) : words;
}

for (const [at, box] of boxes.entries()) {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      const [from, to] = [Math.min(at, last), Math.max(at, last)];
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = at;
    tell();
  });
}
if (chosen) tell();
