/* What a page looks like to a browser, for scripts/audit_pages.py: returns [kind, what] for each fault. */
(() => {
  "use strict";
  const faults = [];
  const fault = (kind, what) => faults.push([kind, what]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const said = (node) => {
    const own = node.getAttribute && node.getAttribute("class");
    const near = node.closest("section, header, nav, footer, body");
    return `${near && near.id ? "#" + near.id + " " : ""}${node.tagName.toLowerCase()}${own ? "." + own.replace(/ /g, ".") : ""}`;
  };
  // Colours may be written as oklch or color-mix: one painted pixel tells any of them.
  const known = new Map();
  const rgba = (words) => {
    if (!known.has(words)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = words;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(words, [r, g, b, a / 255]);
    }
    return known.get(words);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const faded = (colour, share) => [colour[0], colour[1], colour[2], colour[3] * share];
  const opacity = (node) => {
    let all = 1;
    for (let at = node; at && at.nodeType === 1; at = at.parentElement) { all *= +getComputedStyle(at).opacity; }
    return all;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none" && !at.matches(".scroll")) { return null; }  // shadows at the edges alone
      const colour = rgba(style.backgroundColor);
      if (colour[3] > 0) { layers.push(colour); }
      if (colour[3] === 1) { break; }
    }
    const canvasColour = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvasColour);
  };
  const painted = (node) => {
    const style = getComputedStyle(node);
    if (style.fill === "none" || ["text", "title", "svg", "g", "line"].includes(node.tagName)) { return null; }
    return style.fill.startsWith("url") ? null : faded(rgba(style.fill), +style.fillOpacity * +style.opacity);
  };
  // What lies below a point of a drawing: shapes painted earlier, then the card.
  const below = (node, x, y) => {
    const svg = node.ownerSVGElement;
    const stack = document.elementsFromPoint(x, y).filter((one) =>
      one.ownerSVGElement === svg && one !== node && !one.contains(node) &&
      (one.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING));
    if (stack.some((one) => one.tagName === "image")) { return null; }
    return stack.reverse().map(painted).filter(Boolean).reduce((low, top) => over(top, low), ground(svg));
  };
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  // Words.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !shown(parent) || parent.closest("script, style, title, desc, .unseen, .skip")) { continue; }
    const style = getComputedStyle(parent), inSvg = parent.ownerSVGElement;
    let colour, back, scale = 1;
    if (inSvg) {
      const box = parent.getBoundingClientRect();
      scale = Math.hypot(parent.getScreenCTM().a, parent.getScreenCTM().b);
      colour = faded(rgba(style.fill), +style.fillOpacity * opacity(parent));
      const halo = style.paintOrder.startsWith("stroke") && style.stroke !== "none";
      back = halo ? rgba(style.stroke) : below(parent, box.x + box.width / 2, box.y + box.height / 2);
    } else {
      colour = faded(rgba(style.color), opacity(parent));
      back = ground(parent);
    }
    if (!back) { continue; }
    const size = parseFloat(style.fontSize) * scale, weight = +style.fontWeight;
    const ratio = contrast(over(colour, back), back);
    const needed = size >= 24 || (size >= 18.66 && weight >= 700) ? 3 : 4.5;
    if (ratio < needed && !parent.closest("[aria-hidden]")) { fault("text contrast", `${said(parent)} '${node.data.trim().slice(0, 20)}' ${ratio.toFixed(2)}`); }
    if (size < 9.5) { fault("small print", `${said(parent)} '${node.data.trim().slice(0, 20)}' ${size.toFixed(1)} px`); }
  }

  // Lines and marks of drawings that carry meaning: all but the grid, grounds and shades.
  const quiet = ".shade, .attended, .tokens rect, .grid, .axis, .field, .ground, .hover, .depth, .contour, .cell, .patches, .lid, .side, .front, .token, .badge, .box, .frame-quiet, .cell-ground, .cell-plus, .cell-minus, .cell-zero, .cell-plain, .facet, .answer, .walk-edge, .half, .star, [aria-hidden] *, clipPath *, defs *";
  for (const node of document.querySelectorAll("svg.chart :is(path, line, circle, rect, polyline, polygon, ellipse)")) {
    if (node.matches(quiet) || !shown(node)) { continue; }
    const style = getComputedStyle(node), back = ground(node.ownerSVGElement);
    if (!back) { continue; }
    const best = [[style.stroke, style.strokeOpacity], [style.fill, style.fillOpacity]].map(([paint, share], at) => {
      if (paint === "none" || (at === 1 && node.tagName === "line")) { return 0; }
      return contrast(over(faded(rgba(paint), +share * opacity(node)), back), back);
    });
    if (Math.max(...best) < 3) { fault("line contrast", `${said(node)} ${Math.max(...best).toFixed(2)}`); }
  }

  // Words of drawings that lie on each other.
  for (const svg of document.querySelectorAll("svg.chart")) {
    if (!shown(svg)) { continue; }
    const boxes = [...svg.querySelectorAll("text")].filter((one) => one.textContent.trim()).map((one) => [one, one.getBoundingClientRect()]);
    const frame = svg.getBoundingClientRect();
    boxes.forEach(([one, a], at) => {
      if (a.left < frame.left - 2 || a.right > frame.right + 2) { fault("label beyond its drawing", `${said(one)} '${one.textContent.slice(0, 30)}'`); }
      for (const [other, b] of boxes.slice(at + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 0.3 * Math.min(a.height, b.height)) { fault("labels overlap", `${said(one)} '${one.textContent.slice(0, 20)}' and '${other.textContent.slice(0, 20)}'`); }
      }
    });
  }

  // Room.
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) { fault("page scrolls sideways", `by ${wide} px`); }
  for (const node of document.querySelectorAll("body *:not(svg *)")) {
    if (!shown(node) || node.closest(".unseen, .skip")) { continue; }
    const style = getComputedStyle(node);
    const across = node.scrollWidth > node.clientWidth + 1, down = node.scrollHeight > node.clientHeight + 1;
    const scrolls = (across && /auto|scroll/.test(style.overflowX)) || (down && /auto|scroll/.test(style.overflowY));
    if (scrolls && node.tabIndex < 0 && !node.querySelector("a[href], button, [tabindex='0']")) { fault("scrolls, yet not by keyboard", said(node)); }
    if (across && style.overflowX === "hidden" && node.innerText.trim() && !node.closest("[title]")) { fault("words cut off", `${said(node)} '${node.innerText.trim().slice(0, 30)}'`); }
    const box = node.getBoundingClientRect();
    if (box.right > innerWidth + 1 && box.width && !node.closest(".scroll, pre")) { fault("beyond the edge", said(node)); }
  }

  // Structure.
  if (!document.documentElement.lang) { fault("structure", "no language"); }
  if (!document.title) { fault("structure", "no title"); }
  if (document.querySelectorAll("h1").length !== 1) { fault("structure", "not one h1"); }
  let last = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = +heading.tagName[1];
    if (level > last + 1) { fault("structure", `h${level} after h${last}: ${heading.textContent}`); }
    last = level;
  }
  for (const picture of document.querySelectorAll("img")) { if (!picture.alt) { fault("structure", "a picture without words"); } }
  for (const svg of document.querySelectorAll("svg:not([aria-hidden])")) { if (!(svg.getAttribute("role") && svg.getAttribute("aria-label"))) { fault("structure", `a drawing without a name ${said(svg)}`); } }
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("th")) { fault("structure", `a table without headers ${said(table)}`); }
    if (!table.caption && !table.closest("[aria-label]")) { fault("structure", `a table without a name ${said(table)}`); }
  }
  return faults;
})()
