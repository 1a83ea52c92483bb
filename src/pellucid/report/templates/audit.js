/* Choices become lines of a manifest; the page sends nothing anywhere. */
(function () {
  "use strict";
  var box = document.getElementById("lines"), told = document.getElementById("told");
  var choices = Array.prototype.slice.call(document.querySelectorAll("select[data-name]"));
  function cell(words) {
    var text = String(words);
    if (/^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text)) { text = "'" + text; }  // no formula of a spreadsheet
    return /[",\n\r#]|^\s|\s$/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }
  function write() {
    var today = new Date().toISOString().slice(0, 10), lines = [box.dataset.head, "name,content,action,value,why,by,when"];
    choices.forEach(function (choice) {
      if (!choice.value) { return; }
      var comma = choice.value.indexOf(","), action = choice.value.slice(0, comma), value = choice.value.slice(comma + 1);
      lines.push([choice.dataset.name, choice.dataset.content, action, value, choice.dataset.why, "me", today].map(cell).join(","));
    });
    box.value = lines.join("\n") + "\n";
  }
  choices.forEach(function (choice) {
    choice.addEventListener("change", function () {
      // One example may stand in several findings: it is decided once.
      choices.forEach(function (other) {
        if (other.dataset.name === choice.dataset.name) { other.value = choice.value; }
      });
      write();
    });
  });
  document.getElementById("copy").addEventListener("click", function () {
    box.select();
    if (navigator.clipboard) { navigator.clipboard.writeText(box.value); } else { document.execCommand("copy"); }
    told.textContent = "Copied.";
  });
  document.getElementById("save").addEventListener("click", function (event) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([box.value], { type: "text/csv" }));
    link.download = event.target.dataset.file;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  });
  write();
}());
