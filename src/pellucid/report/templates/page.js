/* Niceties only: the page is complete without. */
(function () {
  "use strict";
  // What a cell says to a pointer that rests on it, it says to the arrow keys and to a finger, too.
  document.querySelectorAll("table.hinted").forEach(function (table) {
    var current = table.querySelector("[title]"), said = document.createElement("p");
    if (!current) { return; }
    said.className = "hint";
    said.setAttribute("role", "status");
    table.closest(".scroll").after(said);
    table.querySelectorAll("[title]").forEach(function (cell) { cell.tabIndex = cell === current ? 0 : -1; });
    table.addEventListener("focusin", function (event) {
      current.tabIndex = -1;
      current = event.target.closest("[title]");
      current.tabIndex = 0;
      said.textContent = current.title;
    });
    table.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      var row = step && table.rows[current.parentElement.rowIndex + step[0]];
      var cell = row && row.cells[current.cellIndex + step[1]];
      if (cell && cell.title) { cell.focus(); event.preventDefault(); }
    });
  });
  // The table of contents follows the reader.
  if (!("IntersectionObserver" in window)) { return; }
  var links = {};
  document.querySelectorAll(".contents a").forEach(function (link) { links[link.hash.slice(1)] = link; });
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting || !links[entry.target.id]) { return; }
      Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
      links[entry.target.id].setAttribute("aria-current", "true");
    });
  }, { rootMargin: "-10% 0px -80% 0px" });
  document.querySelectorAll("main section[id]").forEach(function (section) { watcher.observe(section); });
}());
