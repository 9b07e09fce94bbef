"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const rules = [...document.querySelectorAll(".rule")];
  const sections = [...document.querySelectorAll("section.results")];
  const shown = document.getElementById("shown");
  const search = form.elements.namedItem("search");
  const node = form.elements.namedItem("node");
  form.hidden = false;

  // The words of a rule are gathered once, when they are first looked for.
  const words = new Map();
  const text = (rule) => {
    let found = words.get(rule);
    if (found === undefined) {
      found = rule.textContent.toLowerCase();
      words.set(rule, found);
    }
    return found;
  };
  const ticked = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));
  const details = (rule) => rule.querySelector("details");

  let place = "";
  const apply = () => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const results = ticked("result");
    const severities = ticked("severity");
    const before = place;
    place = node ? node.value : "";
    if (place !== before) {
      for (const row of document.querySelectorAll("[data-node]")) row.hidden = place !== "" && row.dataset.node !== place;
    }
    let count = 0;
    for (const rule of rules) {
      const fits =
        results.has(rule.dataset.result) &&
        severities.has(rule.dataset.severity) &&
        (place === "" || rule.querySelector(`[data-node="${CSS.escape(place)}"]`) !== null) &&
        wanted.every((word) => text(rule).includes(word));
      rule.hidden = !fits;
      if (fits) count += 1;
    }
    for (const section of sections) section.hidden = section.querySelector(".rule:not([hidden])") === null;
    shown.textContent = `${count} of ${rules.length} rules shown`;
  };

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener("reset", () => setTimeout(apply, 0));
  const all = form.querySelector("button[name=all]");
  all.addEventListener("click", () => {
    const open = all.getAttribute("aria-pressed") !== "true";
    for (const rule of rules) if (!rule.hidden) details(rule).open = open;
    all.setAttribute("aria-pressed", String(open));
  });

  // A link to a rule by any of its names: V-235847, SV-235847, SV-235847r961770_rule, DKER-EE-004370.
  const named = () => {
    try {
      return decodeURIComponent(location.hash.slice(1)).toLowerCase();
    } catch {
      return "";
    }
  };
  const follow = () => {
    const name = named();
    const rule = name && rules.find((r) => r.dataset.names.split(" ").includes(name));
    if (!rule) return;
    if (rule.hidden) form.reset();
    setTimeout(() => {
      details(rule).open = true;
      rule.scrollIntoView();
      rule.querySelector("summary").focus({ preventScroll: true });
    }, 0);
  };
  addEventListener("hashchange", follow);
  // The browser itself goes to what a link names while the page loads, and takes the focus along.
  if (document.readyState === "complete") follow();
  else addEventListener("load", follow);

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    closed = [];
  });
})();
